import type { PublicKeys } from '../../crypto/key-ring.ts';
import type { Pdu } from '../../event/pdu.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import type { RoomScript } from './script.ts';

/** An event of a generated room, in the form that `openRoom` takes. */
export type GeneratedEvent = { readonly event_id: string; readonly pdu: Pdu };

/** A room that a script makes. */
export type Room = {
  readonly rules: RoomVersionRules;
  /** In order of arrival: none comes before its parents. */
  readonly events: readonly GeneratedEvent[];
  /** The public keys of the servers whose users send events. */
  readonly keys: PublicKeys;
  /** The events that the rules reject: those of servers that sent them anyway. */
  readonly rejected: ReadonlySet<string>;
  readonly script: RoomScript;
};
