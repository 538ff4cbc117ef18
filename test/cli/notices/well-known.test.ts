import { expect, test } from 'vitest';
import { createWellKnown, REMEMBERED } from '../../../src/cli/notices/well-known.ts';

test('so many answers are remembered, and the oldest is forgotten first', async () => {
  const asked: string[] = [];
  const serverOf = createWellKnown({
    port: 443, now: () => 0,
    send: async ([target]) => {
      asked.push(target?.host ?? '');
      return { status: 200, headers: {}, body: JSON.stringify({ 'm.server': `matrix.${target?.host}` }) };
    },
  });
  const hosts = Array.from({ length: REMEMBERED + 1 }, (_, number) => `host${number}.example`);
  for (const host of hosts) expect(await serverOf(host)).toBe(`matrix.${host}`);
  await serverOf(hosts.at(1) ?? '');
  await serverOf(hosts.at(-1) ?? '');
  expect(asked.length).toBe(REMEMBERED + 1);
  await serverOf(hosts.at(0) ?? '');
  expect(asked.slice(REMEMBERED + 1)).toEqual(['host0.example']);
});
