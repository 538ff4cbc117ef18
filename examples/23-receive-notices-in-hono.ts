/** Takes erasure notices in with Hono, here on Node: one properly signed, and one forged. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { noticePaths } from '../src/notices.ts';
import { receive, sendTwo } from './notices/two-notices.ts';

const app = new Hono();
for (const path of Object.values(noticePaths.server)) app.all(path, (c) => receive(c.req.raw));

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, async ({ port }) => {
  await sendTwo(port);
  server.close();
});
