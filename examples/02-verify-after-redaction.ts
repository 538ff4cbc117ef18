/** Signs an event, redacts it, and shows what a server that receives either finds: the same ID, a signature that holds, a content hash that tells. */
import { addContentHash, createKeyRing, eventId, generateSigningKey, redact, roomVersion, signEvent, verifyEvent } from '../src/index.ts';

const rules = roomVersion('12');
const key = generateSigningKey(new Uint8Array(32).fill(7), 'demo');
const keys = createKeyRing({ 'example.org': { [key.keyId]: key.publicKey } });

const message = {
  type: 'm.room.message', sender: '@alice:example.org', room_id: '!BeXKh925K_M46DwsuJFR0EyBpE1P7CFUDGuWW4xw55Y', depth: 2, origin_server_ts: 1,
  prev_events: [], auth_events: [], content: { msgtype: 'm.text', body: 'hello' },
};
const signed = signEvent(addContentHash(message, rules), { rules, server: 'example.org', ...key });
const redacted = redact(signed, rules.redaction);

console.log(`sent:     ${eventId(signed, rules)} ${verifyEvent(signed, rules, keys).verdict}`);
console.log(`redacted: ${eventId(redacted, rules)} ${verifyEvent(redacted, rules, keys).verdict}`);
console.log(`forged:   ${verifyEvent({ ...redacted, origin_server_ts: 2 }, rules, keys).verdict}`);
