import { defineConfig } from 'tsup';

const library = {
  index: 'src/index.ts',
  json: 'src/json.ts',
  room: 'src/room.ts',
  notices: 'src/notices.ts',
  bridge: 'src/bridge.ts',
  'stores/sqlite': 'src/stores/sqlite.ts',
  'stores/postgres': 'src/stores/postgres.ts',
  portability: 'src/portability.ts',
  lab: 'src/lab.ts',
  testing: 'src/testing.ts',
  'crypto/backend.node': 'src/crypto/backend.node.ts',
  'crypto/backend.portable': 'src/crypto/backend.portable.ts',
};

export default defineConfig({
  entry: { ...library, 'cli/main': 'src/cli/main.ts', 'stores/sqlite-reader': 'src/stores/sqlite/ahead/reader.ts' },
  format: 'esm',
  target: 'es2023',
  dts: { entry: library },
  clean: true,
  splitting: true,
  external: ['#crypto-backend'],
  // Without this, `node:sqlite` would become `sqlite`, which is no module.
  removeNodeProtocol: false,
});
