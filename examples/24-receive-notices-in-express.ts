/** Takes erasure notices in with Express 5: one properly signed, and one forged. Nothing may read the body before: mount it before `express.json()`. */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { noticePaths, toNodeHandler } from '../src/notices.ts';
import { receive, sendTwo } from './notices/two-notices.ts';

const app = express();
app.all(Object.values(noticePaths.server), toNodeHandler(receive));
app.use(express.json());

const server = app.listen(0, '127.0.0.1', async () => {
  await sendTwo((server.address() as AddressInfo).port);
  server.close();
});
