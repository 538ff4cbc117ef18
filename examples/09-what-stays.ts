/** What stays after a right redaction: a guess that the hash confirms, a salt that prevents it, another name to be shown, and a search of what is left. */
import {
  addContentHash, beginFingerprints, clientEventOf, confirmGuess, planAccountErasure, pseudonymise, pseudonymsFor, redact, residueOf, roomVersion, saltContent,
  searchFingerprints, type Pdu, type RoomEvent,
} from '../src/index.ts';

const rules = roomVersion('11');
const alice = '@alice:example.org';
const roomId = '!room:example.org';
const message = (content: Pdu['content']): Pdu =>
  addContentHash({ type: 'm.room.message', sender: alice, room_id: roomId, origin_server_ts: 1, depth: 2, prev_events: [], auth_events: [], content }, rules);
const received = (pdu: Pdu): RoomEvent => ({ pdu, eventId: '$event', roomId, rules, rejected: false, softFailed: false, outlier: false, redactedBy: [] });

// Keys and salts come from crypto.getRandomValues; here they are fixed, so that the output is.
const bytes = (from: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (from + 7 * index) % 256);

const secret = { msgtype: 'm.text', body: 'I voted for the other party' };
const plain = redact(message(secret), rules.redaction);
const salted = redact(message(saltContent(secret, bytes(1, 16))), rules.redaction);
console.log(`guess: ${confirmGuess(plain, secret)}, of the salted one: ${confirmGuess(salted, secret)}`);

const { counts } = residueOf([received(message(secret))], [alice]);
console.log(`stays: ${Object.keys(counts).join(', ')}`);

const pseudonyms = pseudonymsFor([alice], [roomId], { key: bytes(2, 32) });
const shown = pseudonymise(clientEventOf(plain, { eventId: '$event', roomId, rules }), pseudonyms);
console.log(`shown as: ${shown.sender}`);

const taker = beginFingerprints([alice], bytes(3, 32));
taker.pass(received(message(secret)));
const fingerprints = taker.finish();
const search = (text: string): string => searchFingerprints(fingerprints, [{ source: 'a dump', text }], bytes(3, 32)).verdict;
console.log(`in what is left: ${search(JSON.stringify(plain))}; in a forgotten copy: ${search('"%49%20voted%20for%20the%20other%20p\\u0061rty"')}`);

const { answers, notStated } = planAccountErasure({ email: ['alice@example.org'], username: [alice] }, { requestedAt: 0, effectiveAt: 0 });
const stated = answers.filter(({ held }) => held !== 'not-stated').map(({ category, treatment }) => `${treatment} ${category}`);
console.log(`account: ${stated.join(', ')}; ${notStated.length} not looked at`);
