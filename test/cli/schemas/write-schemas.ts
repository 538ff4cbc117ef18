/** Writes `docs/schema` from the shapes of what commands print: `node --conditions=matrix-erasure-source test/cli/schemas/write-schemas.ts`. */
import { writeFileSync } from 'node:fs';
import { outputSchemas } from '../../../src/cli/output-schemas.ts';
import { jsonSchemaOf, schemaFile } from './json-schema.ts';

for (const output of outputSchemas) {
  writeFileSync(new URL(`../../../${schemaFile(output.command)}`, import.meta.url), `${JSON.stringify(jsonSchemaOf(output), undefined, 1)}\n`);
}
