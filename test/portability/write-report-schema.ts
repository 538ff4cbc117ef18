/** Writes `docs/schema/report.schema.json`: `node --conditions=matrix-erasure-source test/portability/write-report-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { reportSchemaText } from './report-schema.ts';

writeFileSync(new URL('../../docs/schema/report.schema.json', import.meta.url), reportSchemaText());
