/**
 * Bridges to other networks: what each network can delete, as data and with its sources; what a redaction or an erasure notice means for the messages that were bridged;
 * and what must not be bridged again.
 * @module
 */
export { InvalidNoticeError, noticeCause, redactionCause, type BridgeCause } from './bridge/cause.ts';
export { decideRemote, type RemoteFacts, type RemoteReason, type RemoteTreatment, type RemoteVerdict } from './bridge/decide.ts';
export { InvalidMessageMappingError, parseMessageMapping, type MessageMapping } from './bridge/mapping.ts';
export {
  bridgeNetworks, roomFeatures, type BridgeNetworks, type CapabilityFact, type NetworkCapabilities, type Remainder,
} from './bridge/networks.ts';
export type {
  BridgeErasurePlan, BridgePlanItem, BridgeTotals, DeletionBatch, NetworkTotals, RemoteMessagePlan,
} from './bridge/plan.ts';
export { beginBridgePlan, planBridgeErasure, type BridgeCapabilities, type BridgePlanner } from './bridge/planner.ts';
export { InvalidRoomFeaturesError, parseRoomFeatures, type RoomFeatures, type SupportLevel } from './bridge/room-features.ts';
export { InvalidCallRateError } from './bridge/schedule.ts';
export { mayBridge, tombstone, WeakTombstoneKeyError, type BridgedPlace, type TombstoneLookup } from './bridge/tombstones.ts';
export type { UserId } from './identifiers/identifiers.ts';
export type { Pdu } from './event/pdu.ts';
export type { RedactsRules } from './rules/types.ts';
