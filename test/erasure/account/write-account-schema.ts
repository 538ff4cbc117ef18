/** Writes `docs/schema/account.schema.json` from the table of categories: `node --conditions=matrix-erasure-source test/erasure/account/write-account-schema.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { accountSchema } from '../../../src/erasure/account/schema.ts';

const file = new URL('../../../docs/schema/account.schema.json', import.meta.url);
mkdirSync(new URL('.', file), { recursive: true });
writeFileSync(file, `${JSON.stringify(accountSchema(), undefined, 1)}\n`);
