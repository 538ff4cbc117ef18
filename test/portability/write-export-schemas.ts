/**
 * Writes `docs/schema/export-*.schema.json`, and what exports hold of them, from the schemas beside this file:
 * `node --conditions=matrix-erasure-source test/portability/write-export-schemas.ts`.
 */
import { writeFileSync } from 'node:fs';
import { madeSchemas } from './schemas.ts';

const entries = Object.entries(madeSchemas);
for (const [name, schema] of entries) writeFileSync(new URL(`../../docs/schema/${name}`, import.meta.url), `${JSON.stringify(schema, undefined, 1)}\n`);
writeFileSync(new URL('../../src/portability/published-schemas.ts', import.meta.url), `// Written by test/portability/write-export-schemas.ts. Change the schemas there.
import type { JsonObject } from '../json/value.ts';

/** JSON Schemas by file name. */
export type PublishedSchemas = { readonly [name: string]: JsonObject };

/** The JSON Schema (draft 2020-12) of each kind of file that an export has; exports hold them in the folder \`schema\`. @see https://json-schema.org/draft/2020-12/schema */
export const publishedSchemas: PublishedSchemas = {
${entries.map(([name, schema]) => `  '${name}':\n    ${JSON.stringify(schema)},\n`).join('')}};
`);
