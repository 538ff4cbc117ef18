import { checkContentHash } from '../../crypto/event-hashes.ts';
import { isRedacted } from '../../event/redact.ts';
import type { Pdu } from '../../event/pdu.ts';
import { CanonicalJsonError } from '../../json/canonical-json.ts';
import { own } from '../../json/value.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import type { ViewedEvent } from './places.ts';

/**
 * Whether all that a server holds of an event is its redacted form: it has nothing that a redaction would take, and by its content hash it once had. Nobody
 * can be served more of it.
 */
export function isStoredRedacted({ pdu, isStoredRedacted: noted }: Pick<ViewedEvent, 'pdu' | 'isStoredRedacted'>, rules: RoomVersionRules): boolean {
  return noted ?? (mayBeRedacted(pdu, rules) && isRedacted(pdu, rules.redaction) && isChanged(pdu, rules));
}

/** Nearly every event has content that a redaction would take: that is seen at once. */
function mayBeRedacted({ type, content }: Pdu, { redaction }: RoomVersionRules): boolean {
  const retained = own(redaction.content, type);
  if (retained === true || hasKeys(redaction.anyContent)) return true;
  for (const key in content) if (retained === undefined || !Object.hasOwn(retained, key)) return false;
  return true;
}

function hasKeys(object: { readonly [key: string]: unknown }): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return true;
  return false;
}

function isChanged(pdu: Pdu, rules: RoomVersionRules): boolean {
  try {
    return checkContentHash(pdu, rules) === 'mismatch';
  } catch (error) {
    if (error instanceof CanonicalJsonError) return false;
    throw error;
  }
}
