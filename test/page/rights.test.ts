/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { describe, expect, test } from 'vitest';
import { renderRightPage } from '../../src/cli/page/right-page.ts';
import type { RightFacts } from '../../src/erasure/rights/facts.ts';
import { reportRight } from '../../src/erasure/rights/report.ts';
import { openRequest, refuseRequest } from '../../src/erasure/rights/request.ts';
import { rightKinds, type RightKind } from '../../src/erasure/rights/rights.ts';
import { open } from './browser.ts';
import { examine } from './look.ts';

const hostile = '</p><script>document.title = "acted"</script><img src=x>';
const facts: RightFacts = {
  controller: { name: hostile, contact: 'dpo@a.example', authority: 'x'.repeat(300), decisions: [{ decides: 'Bans.', logic: 'A list.', consequences: 'Out.' }] },
  accounts: [{ user: '@alice:a.example', data: { email: ['a'], presence: [] } }],
  recipients: [{ kind: 'server', id: `${'long-name.'.repeat(20)}example`, since: 5 }, { kind: 'public', id: 'public' }],
  rooms: { rooms: 2, own: 1, about: 3 },
  tools: [{ kind: 'policy-list', room_id: '!r:a.example', rules: 5, matching: ['$event'] }],
  restriction: { id: '1', ground: 'article-18-1-a', subjects: ['@alice:a.example'], from: 5, reviewAt: 9, scope: {} },
  rectifications: [{ room_id: '!r:a.example', room_version: '10', type: 'm.room.topic', state_key: '', senders: ['@b:c.d'], former: [], servers: [], copies: [] }],
};
const page = (kind: RightKind): string => renderRightPage(reportRight(openRequest({ id: '1', kind, subjects: ['@alice:a.example'], receivedAt: 0 }), facts, 0));
const refused = renderRightPage(reportRight(refuseRequest(openRequest({ id: '1', kind: 'erasure', subjects: ['@alice:a.example'], receivedAt: 0 }), { at: 5, ground: 'article-17-3-e', explanation: hostile }), facts, 5));
const pages: readonly (readonly [string, string])[] = [...rightKinds.map((kind) => [kind, page(kind)] as const), ['a refusal', refused]];

describe.each(pages)('the answer: %s', (_, markup) => {
  test.each([[360, 'light'], [1280, 'dark']] as const)('is accessible, fits %i pixels, asks for nothing and runs nothing (%s)', async (width, colorScheme) => {
    const { page: tab, requests, problems, close } = await open(markup, { viewport: { width, height: 800 }, colorScheme });
    expect(await tab.title()).not.toBe('acted');
    expect([await tab.locator('script, img, iframe').count(), requests, problems]).toEqual([0, [], []]);
    expect(await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    const { violations, passed } = await examine(tab);
    expect(violations).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['color-contrast', 'heading-order', 'region']));
    await close();
  });
});

test('a fault would be found', async () => {
  const { page: tab, close } = await open(page('access').replace('lang="en"', ''));
  expect((await examine(tab)).violations.map(([id]) => id)).toContain('html-has-lang');
  await close();
});
