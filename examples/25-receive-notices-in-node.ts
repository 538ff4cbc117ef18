/** Takes erasure notices in with Node's own server: one properly signed, and one forged. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '../src/notices.ts';
import { receive, sendTwo } from './notices/two-notices.ts';

const handler = toNodeHandler(receive);
const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 1000 }, (request, response) => void handler(request, response));

server.listen(0, '127.0.0.1', async () => {
  await sendTwo((server.address() as AddressInfo).port);
  server.close();
});
