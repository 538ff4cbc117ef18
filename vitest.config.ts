import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['matrix-erasure-source', 'node'];
const portable = fileURLToPath(new URL('./src/crypto/backend.portable.ts', import.meta.url));
const shared = { ssr: { resolve: { conditions } } };

/** Every test of crypto runs twice: on `node:crypto`, and on the portable libraries. */
export default defineConfig({
  test: {
    projects: [
      { ...shared, test: { name: 'native', include: ['test/**/*.test.ts'], setupFiles: ['test/setup.ts'], testTimeout: 60_000 } },
      {
        ...shared,
        resolve: { alias: { '#crypto-backend': portable } },
        test: { name: 'portable', include: ['test/crypto/**/*.test.ts', 'test/laws/**/*.test.ts'], setupFiles: ['test/setup.ts'], testTimeout: 120_000 },
      },
    ],
  },
});
