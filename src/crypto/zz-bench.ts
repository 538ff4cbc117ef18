import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { hash, sign as nsign, verify as nverify, createPrivateKey, createPublicKey } from 'node:crypto';
import { contentHash, eventId } from './event-hashes.ts';
import { signedText, contentText } from './hashed-form.ts';
import { signEvent } from './sign.ts';
import { generateSigningKey } from './signing-key.ts';
import { verifyEvent } from './verify-event.ts';
import { createKeyRing } from './key-ring.ts';
import { roomVersion } from '../rules/room-versions.ts';
import { redact } from '../event/redact.ts';
import { encodeCanonicalJson } from '../json/canonical-json.ts';
const rules = roomVersion('10');
const events = gunzipSync(readFileSync('/work/shared/bench/events-10k.ndjson.gz')).toString().trim().split('\n').map((l) => { const o = JSON.parse(l); return o.pdu ?? o; });
const ids = gunzipSync(readFileSync('/work/shared/bench/event-ids-10k.txt.gz')).toString().trim().split('\n');
let bad = 0; events.forEach((e, i) => { if (eventId(e, rules) !== ids[i]) bad++; }); console.log('bad ids', bad, Object.keys(events[0]).join());
const keys = JSON.parse(readFileSync('/work/shared/bench/keys.json', 'utf8'));
console.log(JSON.stringify(keys).slice(0, 300));
const N = Number(process.argv[2] ?? 10000);
const forms = events.map((e) => JSON.parse(contentText(e, rules)));
const rforms = events.map((e) => JSON.parse(signedText(e, rules)));
const rtexts = events.map((e) => signedText(e, rules));
const key = generateSigningKey(new Uint8Array(32).fill(3), '1');
const pk = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), key.exportSeed()]), format: 'der', type: 'pkcs8' });
const pub = createPublicKey(pk);
const ring = createKeyRing({ 'x.org': { 'ed25519:1': key.publicKey } });
const signedEvents = events.slice(0, 1000).map((e) => signEvent({ ...e, sender: '@a:x.org', signatures: {} }, { rules, server: 'x.org', ...key }));
const svtexts = signedEvents.map((e) => signedText(e, rules));
const sigs = signedEvents.map((e: any) => Buffer.from(e.signatures['x.org']['ed25519:1'], 'base64'));
let sink = 0;
const B: Record<string, () => void> = {
  'stringify+hash (content)': () => { for (const f of forms) sink += hash('sha256', JSON.stringify(f), 'base64').length; },
  'stringify+hash (redacted)': () => { for (const f of rforms) sink += hash('sha256', JSON.stringify(f), 'base64').length; },
  'stringify+hash (whole event)': () => { for (const f of events) sink += hash('sha256', JSON.stringify(f), 'base64').length; },
  contentHash: () => { for (const e of events) sink += contentHash(e, rules).length; },
  eventId: () => { for (const e of events) sink += eventId(e, rules).length; },
  contentText: () => { for (const e of events) sink += contentText(e, rules).length; },
  signedText: () => { for (const e of events) sink += signedText(e, rules).length; },
  redact: () => { for (const e of events) sink += redact(e, rules.redaction).type.length; },
  'encode forms': () => { for (const e of forms) sink += encodeCanonicalJson(e).length; },
  'stringify forms': () => { for (const e of forms) sink += JSON.stringify(e).length; },
};
const S: Record<string, () => void> = {
  'node sign': () => { for (const t of rtexts.slice(0, 1000)) sink += nsign(null, Buffer.from(t), pk).length; },
  signEvent: () => { for (const e of events.slice(0, 1000)) sink += Object.keys(signEvent(e, { rules, server: 'x.org', ...key })).length; },
  'key.sign': () => { for (const t of rtexts.slice(0, 1000)) sink += key.sign(t).length; },
  'node verify': () => { svtexts.forEach((t, i) => { if (!nverify(null, Buffer.from(t), pub, sigs[i]!)) throw 1; }); },
  verifyEvent: () => { signedEvents.forEach((e) => { if (verifyEvent(e, rules, ring).verdict === 'invalid') throw 1; }); },
};
function run(b: Record<string, () => void>, n: number, rounds: number) {
  const best: Record<string, number[]> = {};
  for (let r = 0; r < rounds; r++) for (const [k, f] of Object.entries(b)) { const t = process.cpuUsage(); f(); const d = process.cpuUsage(t); (best[k] ??= []).push(n / ((d.user + d.system) / 1e6)); }
  for (const [k, v] of Object.entries(best)) { v.sort((a, b) => a - b); console.log(k.padEnd(30), Math.round(v[v.length >> 1]!), 'best', Math.round(v.at(-1)!)); }
}
run(B, events.length, 15); run(S, 1000, 9); console.log(sink);
