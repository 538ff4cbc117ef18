import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHtml } from '../../../src/cli/page/html.ts';
import { renderPlanPage } from '../../../src/cli/page/page.ts';
import { renderRevocationPage } from '../../../src/cli/page/revocation-page.ts';
import { sampleRevocation } from '../sample-revocation.ts';
import { hazards } from '../../../src/erasure/hazards.ts';
import type { PlanEntry } from '../../../src/erasure/plan.ts';
import { faultsOf, referencesIn } from './plain-page.ts';
import { eventIds, planOf, room, samplePlan, sampleVerification } from '../sample-plan.ts';

const plain = renderPlanPage(samplePlan);
const verified = renderPlanPage(samplePlan, { verification: sampleVerification, generatedAt: 0 });

describe('the page', () => {
  test.each([['planned', plain], ['verified', verified], ['revoked', renderRevocationPage(sampleRevocation)]])('%s: has no script, no handler, no foreign address', (_, page) => {
    expect(faultsOf(page)).toEqual([]);
    expect(page).not.toMatch(/<script|javascript:|@import|url\((?!#)/i);
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:;`);
  });

  test('the check above would find them', () => {
    const bad = ['<script>', '<b onclick="x">', '<img src="x">', '<a href="https://example.org">', '<p></div>', '<p>', 'a < b', '<link href="//x">'];
    for (const markup of bad) expect(faultsOf(`<!doctype html>${markup}`)).not.toEqual([]);
  });

  test('no ID occurs twice, and every reference to one is met', () => {
    const { twice, unmet, met } = referencesIn(verified);
    expect([twice, unmet]).toEqual([[], []]);
    expect(met).toBeGreaterThan(20);
  });

  test('says that nothing has changed, unless it was verified', () => {
    expect(plain).toContain('Nothing has changed yet.');
    expect(plain).not.toContain('What was checked');
    expect(verified).not.toContain('Nothing has changed yet.');
    expect(verified).toContain('Something is left over');
    expect(verified).toContain('no keys were given for hs3.test:18443');
  });

  test('names every room, kept event, hazard with its remedy, and reason why', () => {
    for (const { room_id, entries } of samplePlan.rooms) {
      expect(plain).toContain(escapeHtml(room_id));
      for (const { event_id } of entries.filter(({ treatment }) => treatment === 'keep')) expect(plain).toContain(escapeHtml(event_id));
    }
    for (const id of ['create', 'power-levels', 'restricted-join', 'server-acl']) {
      const hazard = hazards.find((each) => each.id === id);
      expect(plain).toContain(escapeHtml(hazard?.consequence ?? 'missing'));
      expect(plain).toContain(escapeHtml(hazard?.remedy ?? 'missing'));
    }
    expect(plain).toContain('2,063 stay with those who had access');
    expect(plain).toContain('matrix-erasure apply plan.json');
    expect(plain).toContain('<time datetime="2026-12-23T20:07:09.461Z">Wed 2026-12-23 20:07 UTC</time>');
  });

  test('shows holds, what others send first, the files, and where nothing reaches', () => {
    for (const text of ['case-12', 'File 12/2026', '70 files to purge', '60 files kept', '1 file unknown', 'has not the power to send it', 'Where nothing here reaches']) {
      expect(plain).toContain(text);
    }
    expect(plain).toContain('<strong>Held:</strong> <code class="id">case-12</code>.');
    expect(plain).toContain('A hold has to be reviewed');
    expect(plain).toContain('2 redactions sent into it. It replaced <code class="id">!older:hs1.test:18441</code>');
    const bare = renderPlanPage(planOf([]));
    for (const id of ['holds', 'remedies', 'files']) expect([plain.includes(`id="${id}"`), bare.includes(`id="${id}"`), bare.includes(`#${id}`)]).toEqual([true, false, false]);
  });

  test('of a supplement says what is new', () => {
    const entry = { event_id: '$a', type: 'm.room.message', treatment: 'hide', reason: 'others-had-access', added: true } as const;
    const page = renderPlanPage({ ...planOf([room('!r:hs1.test', '10', [entry])]), supplements: 'abc' });
    expect(page).toContain('<dt>Adds to plan</dt><dd><code class="id">abc</code> <span class="soft">1 new event</span></dd>');
    expect(page).toContain('New in this supplement.');
  });

  test('is the same every time', () => {
    expect(renderPlanPage(samplePlan)).toBe(plain);
  });

  test('of nothing is a page still', () => {
    const page = renderPlanPage(planOf([]));
    expect(faultsOf(page)).toEqual([]);
    expect(page).toContain('The input holds no event of this person.');
  });
});

test('whatever strangers write, the page stays plain', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('">', '</code>', '<script>', "'", '<!--', '&lt;'), (noise, bait) => {
    const text = `${bait}${noise}`;
    const entry: PlanEntry = { event_id: text, type: text, state_key: text, treatment: 'keep', reason: 'hazard', hazard: text, media: [`mxc://${text}/${text}`], holds: [text] };
    const plan = planOf([room(text, text, [entry], {
      servers: [text], membership: text, bridges: [text], predecessor: text, redactions: [text], departures: [{ user_id: text, how: 'leave' }],
      remedies: [{ source: text, type: text, state_key: text, hazard: text, sender: text, obstacle: 'no-power' }],
      about: [{ event_id: text, type: text, reasons: ['mention'] }] })]);
    const request = { ...plan.request, subjects: [`@${text}:hs1.test` as const], profile: text, scope: { types: [text], rooms: [text] }, holds: [{ id: text, ground: 'legal-hold', basis: text, reviewAt: 1, scope: {} }] } as const;
    const uri = `mxc://${text}/${text}` as const;
    const media = { ...plan.media, purge: [uri], unknown: [uri], kept: [{ uri, referrers: [{ room_id: text, event_id: text, reason: 'other-sender' }] }] } as const;
    const page = renderPlanPage({ ...plan, request, media, supplements: text, digest: text }, { verification: { verdict: 'unknown', checks: [{ check: 'signatures', status: 'unknown', checked: 0, failed: 0, unknown: text, examples: [text] }] } });
    expect(faultsOf(page)).toEqual([]);
  }));
});

describe('100,000 events', () => {
  const id = eventIds(5);
  const entries = Array.from({ length: 100_000 }, (_, i): PlanEntry => ({ event_id: id(), type: `org.example.type${i % 40}`, treatment: 'hide', reason: 'others-had-access' }));
  const rowsIn = (page: string): number => page.match(/<tr><td>/g)?.length ?? 0;

  test('in one room: the first 200, and how many more', () => {
    const page = renderPlanPage(planOf([room('!big:hs1.test', '10', entries)]));
    expect(page.length).toBeLessThan(200_000);
    expect(rowsIn(page)).toBeLessThan(300);
    expect(page).toContain('The first 200 of 100,000 shown; 99,800 more are in the plan file.');
    expect(page).toContain('and 28 more types');
  });

  test('in 1,000 rooms: the page stays small, and says what it leaves out', () => {
    const rooms = Array.from({ length: 1000 }, (_, i) => room(`!${i}:hs1.test`, '10', entries.slice(i * 100, i * 100 + 100)));
    const page = renderPlanPage(planOf(rooms));
    expect(page.length).toBeLessThan(4_000_000);
    expect(rowsIn(page)).toBeLessThan(6000);
    expect(page).toContain('700 more rooms in the plan file: redact 0, hide 70,000,');
  });
});
