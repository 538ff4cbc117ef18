import type { RemoteReason, RemoteTreatment } from './decide.ts';
import type { Remainder } from './networks.ts';

/** What happens to one message on one network. Holds no content. */
export type RemoteMessagePlan = {
  readonly event_id: string;
  /** Left out, as what follows is, when no mapping names the event. */
  readonly network?: string;
  readonly chat?: string;
  readonly remoteId?: string;
  readonly treatment: RemoteTreatment;
  readonly reason: RemoteReason;
  /** The last moment at which the network deletes it (ms since 1970, UTC). */
  readonly before?: number;
  /** Addresses that the bridge stops serving, whatever the network does. */
  readonly revoke?: readonly string[];
};

/** One call to a network, which deletes some messages of one chat. */
export type DeletionBatch = {
  readonly network: string;
  readonly chat: string;
  /** The account that makes the call. */
  readonly account: string;
  readonly action: 'delete' | 'delete-for-me';
  readonly remoteIds: readonly string[];
  /** When the call is made, from the beginning (ms). An estimate. */
  readonly startsAfter: number;
  /** How long the network wants one to wait until the next call (ms). An estimate. */
  readonly takes: number;
  /** The last moment at which this very call works (ms since 1970, UTC); what is older then goes alone, or not at all. */
  readonly before?: number;
};

/** What a plan asks of one network. */
export type NetworkTotals = {
  readonly network: string;
  readonly batches: number;
  /** Messages in those batches. */
  readonly messages: number;
  /** How long the calls take, one after the other (ms). An estimate. */
  readonly takes: number;
  /** Whether nothing is known of the network's rate, so that the estimate rests on an assumption. */
  readonly assumed: boolean;
  /** Messages whose call will come after its last moment. */
  readonly late: number;
  /** What stays there nevertheless. */
  readonly remains: readonly Remainder[];
};

/** How many messages of each kind, and what it takes. */
export type BridgeTotals = {
  readonly delete: number;
  readonly deleteForMe: number;
  readonly tooOld: number;
  readonly impossible: number;
  readonly unknownRemote: number;
  /** Addresses that the bridge stops serving. */
  readonly revoked: number;
  /** Mappings that the cause does not touch. */
  readonly others: number;
  /** In the order in which they came. */
  readonly networks: readonly NetworkTotals[];
  /** How long it takes when the networks are worked on at the same time (ms). An estimate. */
  readonly takes: number;
};

/** What happens on the bridged networks when a person is forgotten or an event is redacted there. Nothing is sent by making it. */
export type BridgeErasurePlan = {
  readonly messages: readonly RemoteMessagePlan[];
  /** In the order in which they are to be made: what can be deleted only for a while comes first. */
  readonly batches: readonly DeletionBatch[];
  /** What must not be bridged again, either way: to be stored before the first deletion. */
  readonly tombstones: readonly string[];
  readonly totals: BridgeTotals;
};

/** A part of a plan, as it becomes known. */
export type BridgePlanItem =
  | ({ readonly kind: 'message' } & RemoteMessagePlan)
  | ({ readonly kind: 'batch' } & DeletionBatch)
  | { readonly kind: 'tombstone'; readonly tombstone: string };
