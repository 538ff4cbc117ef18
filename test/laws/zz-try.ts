import * as fc from 'fast-check';
import { arbitraryPdu, arbitraryWellFormedPdu, arbitraryJsonObject, redactionLaws } from '../../src/testing.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { redact } from '../../src/event/redact.ts';
import { explainRedaction } from '../../src/event/explain.ts';
import { checkFormat } from '../../src/event/format.ts';
console.time('sample'); const s = fc.sample(arbitraryPdu({ rules: roomVersion('11') }), { numRuns: 2000, seed: 1 }); console.timeEnd('sample');
console.log(s.slice(50, 56).map((e) => fc.stringify(e)).join('\n'));
console.log('proto', s.filter((e) => JSON.stringify(e, (k,v)=>typeof v==='bigint'?0:v).includes('"__proto__"')).length, 'own content', s.filter((e) => Object.hasOwn(e.content, '__proto__')).length, 'top', s.filter((e) => Object.hasOwn(e, '__proto__')).length);
console.log('keys', s.reduce((n, e) => n + Object.keys(e).length, 0) / s.length, s.reduce((n, e) => n + Object.keys(e.content).length, 0) / s.length);
for (const v of ['1', '3', '11', '12']) { const w = fc.sample(arbitraryWellFormedPdu({ rules: roomVersion(v) }), { numRuns: 300, seed: 2 }); console.log(v, w.flatMap((e) => checkFormat(e, roomVersion(v).format)).length); }
console.time('laws'); let bad = 0;
for (const law of redactionLaws({ redact: (e, v) => redact(e, roomVersion(v).redaction), explain: (e, v) => explainRedaction(e, roomVersion(v).redaction) })) { try { law.check({ numRuns: 100 }); } catch (e) { bad++; console.log(law.name, String(e).slice(0, 600)); } }
console.timeEnd('laws'); console.log({ bad });
