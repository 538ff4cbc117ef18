/** Writes the schemas of requests and answers into `docs/schema`: `node --conditions=matrix-erasure-source test/cli/requests/write-schemas.ts`. */
import { writeFileSync } from 'node:fs';
import { requestsSchema, rightReportSchema } from './schemas.ts';

for (const [name, schema] of [['requests', requestsSchema], ['right-report', rightReportSchema]] as const) {
  writeFileSync(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, undefined, 1)}\n`);
}
