import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    json: 'src/json.ts',
    room: 'src/room.ts',
    testing: 'src/testing.ts',
    'cli/main': 'src/cli/main.ts',
    'crypto/backend.node': 'src/crypto/backend.node.ts',
    'crypto/backend.portable': 'src/crypto/backend.portable.ts',
  },
  format: 'esm',
  target: 'es2023',
  dts: true,
  clean: true,
  splitting: true,
  external: ['#crypto-backend'],
  // Without this, `node:sqlite` would become `sqlite`, which is no module.
  removeNodeProtocol: false,
});
