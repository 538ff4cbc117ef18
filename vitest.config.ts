import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['matrix-erasure-source', 'node'];
const portable = fileURLToPath(new URL('./src/crypto/backend.portable.ts', import.meta.url));
const shared = { ssr: { resolve: { conditions } } };

/** What needs the built package, another program or a browser has projects and scripts of its own. */
const elsewhere = ['test/package/**', 'test/consumer/**', 'test/page/**', 'test/servers/**', 'test/bridges/**', 'test/synapse/**', 'test/stores/postgres/**'];

/** Every test of crypto runs twice, and the laws of events with it: on `node:crypto`, and on the portable libraries. */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: { name: 'native', include: ['test/**/*.test.ts'], exclude: elsewhere, setupFiles: ['test/setup.ts'], testTimeout: 60_000 },
      },
      {
        ...shared,
        resolve: { alias: { '#crypto-backend': portable } },
        test: { name: 'portable', include: ['test/crypto/**/*.test.ts', 'test/laws/*.test.ts', 'test/notices/{ledger,x-matrix}.test.ts'], setupFiles: ['test/setup.ts'], testTimeout: 120_000 },
      },
      // Not part of `npm test`: packs the built package and installs it elsewhere.
      { ...shared, test: { name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000 } },
      // Not part of `npm test`: need other programs (Python); what is not there is skipped in one line.
      { ...shared, test: { name: 'servers', include: ['test/servers/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000 } },
      // Not part of `npm test`: starts ngIRCd and Prosody; `npm run test:bridges` installs them where it can.
      { ...shared, test: { name: 'bridges', include: ['test/bridges/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      // Not part of `npm test`: installs and starts a Synapse.
      { ...shared, test: { name: 'synapse', include: ['test/synapse/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000 } },
      // Not part of `npm test`: starts a PostgreSQL server; where none can be had, says so in one line and passes.
      { ...shared, test: { name: 'postgres', include: ['test/stores/postgres/**/*.test.ts'], setupFiles: ['test/setup.ts'], testTimeout: 120_000, hookTimeout: 60_000 } },
      // Not part of `npm test`: needs Chromium, on the path or named in the variable CHROMIUM.
      { ...shared, test: { name: 'page', include: ['test/page/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 60_000 } },
    ],
  },
});
