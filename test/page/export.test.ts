/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { createMemoryExport, exportSubjectData, type AccountFile } from '../../src/portability.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { recordings, stored, storedEvents, ALICE } from '../portability/exports.ts';
import { findChromium } from './chromium.ts';
import { examine, noteProblems, overflow, unfold } from './look.ts';

const rules = roomVersion('11');
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** What would show itself if any of it acted: the title of the page, a request, a dialogue. */
const HOSTILE: readonly string[] = [
  '<script>document.title="acted"</script>', '</script><script>document.title="acted"</script>', '"><img src=x onerror="document.title=\'acted\'">', "' onmouseover='document.title=1' x='",
  '<svg onload="document.title=1">', '</textarea></style></title><b>bold</b>', 'javascript:document.title=1', '<!--<script>', ']]><b>x</b>', '\u202egnp.exe\u2066', '<iframe src="https://evil.test/">',
  '\u2028</script>\u2029', '&lt;b&gt;&amp;#60;', '../../../../etc/passwd', 'a\nb\r\n\0c', '${7*7}{{7*7}}', 'x'.repeat(10_000),
];
const account: AccountFile = { format: 'matrix-erasure/account', formatVersion: 1, accounts: [{ user: ALICE, data: { 'display-name': HOSTILE, devices: HOSTILE.map((text) => ({ [text]: text, at: 5 })), filters: [{ a: { b: HOSTILE } }] } }] };

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium() });
  folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-page-'));
  await write('recorded', [...recordings.values()].flatMap((lines) => storedEvents(lines)));
  await write('hostile', hostileEvents());
  await write('large', Array.from({ length: 30_000 }, (_, i) => event('m.room.message', { msgtype: 'm.text', body: `Message ${i} about ${i % 100 === 7 ? 'tulips' : 'nothing in particular, and of an ordinary length, as people write them'}` }, { origin_server_ts: 1.7e12 + i * 30_000 })));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

let sent = 0;
function event(type: string, content: object, more: object = {}): StoredEvent {
  return stored({ type, sender: ALICE, room_id: '!r:hs1.test', content, origin_server_ts: 1_700_000_000_000 + (sent += 1) * 1000, ...more }, rules);
}

/** Hostile texts in every place of an event that a page could show. */
function hostileEvents(): readonly StoredEvent[] {
  return HOSTILE.flatMap((text) => [
    event('m.room.message', { msgtype: 'm.text', body: text, format: 'org.matrix.custom.html', formatted_body: text }),
    event('m.room.message', { msgtype: text, body: text }), event('m.room.message', { msgtype: 'm.image', body: text, url: 'mxc://hs1.test/picture', info: { mimetype: text } }),
    event('m.room.message', { msgtype: 'm.file', body: text, url: text }), event('m.room.message', { body: '* x', 'm.relates_to': { rel_type: 'm.replace', event_id: text }, 'm.new_content': { msgtype: 'm.text', body: text } }),
    event('m.room.member', { membership: text, displayname: text, reason: text }, { state_key: ALICE }), event('m.room.member', { membership: 'invite', displayname: text }, { state_key: text }),
    event('m.room.name', { name: text }, { state_key: '' }), event(text, { [text]: [text, { [text]: text }] }, { state_key: text }), event('m.reaction', { 'm.relates_to': { key: text } }),
    event('m.poll.start', { 'm.poll': { question: { 'm.text': [{ body: text }] }, answers: [{ 'm.text': [{ body: text }] }] } }),
    event('m.room.message', { msgtype: 'm.text', body: text }, { room_id: `!${text}` }), event('m.room.name', { name: text }, { state_key: '', room_id: `!${text}` }),
    stored({ type: 'm.room.message', sender: ALICE, room_id: '!ids:x', content: { body: 'an ID' }, origin_server_ts: 5 }, rules, { event_id: `$${text}` }),
    stored({ type: 'm.room.member', sender: `@${text.replaceAll(':', '')}:x`, state_key: ALICE, room_id: '!ids:x', content: { membership: 'invite', reason: text }, origin_server_ts: 5 }, rules),
  ]);
}

async function write(name: string, events: readonly StoredEvent[]): Promise<void> {
  const { place, files } = createMemoryExport();
  const media: string[] = [];
  const addMedia = (_: string, path: string): { readonly bytes: number; readonly sha256: string } => (media.push(path), { bytes: PNG.length, sha256: '0'.repeat(64) });
  await exportSubjectData(events, { subjects: [ALICE], at: 1_795_600_000_000, account, context: { around: 2, sees: () => true }, about: true }, { ...place, addMedia });
  for (const [path, content] of [...files, ...media.map((file) => [file, PNG] as const)]) {
    const target = join(folder, name, path);
    // Nothing leads out of the folder.
    expect(relative(join(folder, name), target)).not.toMatch(/^\.\./);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  pages.set(name, [...files.keys()].filter((path) => path.endsWith('.html')));
}
const pages = new Map<string, readonly string[]>();

type Opened = { readonly page: Page; readonly problems: readonly string[]; readonly requests: readonly string[]; readonly close: () => Promise<void> };

/** Opens a page of an export as people do, from the disk, and notes what it asks a network for and complains of. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = noteProblems(page);
  const requests: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:file|data):/.test(request.url())) requests.push(request.url());
  });
  await page.goto(pathToFileURL(join(folder, path)).href, { waitUntil: 'load' });
  return { page, problems, requests, close: () => context.close() };
}

const firstRoom = (name: string): string => `${name}/${pages.get(name)?.find((path) => path.startsWith('rooms/')) ?? ''}`;

describe('hostile texts', () => {
  test('act on no page, and every one can be read', async () => {
    let read = '';
    for (const path of pages.get('hostile') ?? []) {
      const { page, problems, requests, close } = await open(`hostile/${path}`);
      expect([path, await page.title()]).not.toEqual([path, 'acted']);
      const found = await page.evaluate(() => ({
        scripts: [...document.scripts].filter((script) => script.type === '').length, frames: document.querySelectorAll('iframe, object, embed, b, svg, base, form[action]').length,
        handlers: [...document.querySelectorAll('*')].flatMap((element) => [...element.attributes]).filter(({ name }) => name.startsWith('on')).length,
        links: [...document.querySelectorAll<HTMLAnchorElement>('a[href], img[src]')].map((link) => link.getAttribute('href') ?? link.getAttribute('src') ?? ''), text: document.body.textContent,
      }));
      expect({ ...found, links: found.links.filter((link) => !/^(?:#main|(?:\.\.\/)*[A-Za-z0-9_./-]+(?:#e\d+)?)$/.test(link)), text: '' }).toEqual({ scripts: path.startsWith('search') ? 1 : 0, frames: 0, handlers: 0, links: [], text: '' });
      expect([path, problems, requests]).toEqual([path, [], []]);
      read += found.text;
      await close();
    }
    for (const text of HOSTILE) expect(read).toContain(text.replaceAll('\r', '').replaceAll('\0', '\ufffd').split('\n')[0]);
  });

  test('act in no result of a search', async () => {
    const { page, problems, requests, close } = await open('hostile/search/index.html');
    for (const term of ['script', 'onerror', 'iframe', '<', 'etc/passwd', '${7']) {
      await page.getByRole('searchbox').fill(term);
      await page.getByRole('button', { name: 'Search' }).click();
      expect(await page.locator('#found li').count()).toBeGreaterThan(0);
      expect(await page.locator('#found script, #found img, #found iframe, #found b').count()).toBe(0);
    }
    expect([await page.title(), problems, requests]).toEqual(['Search your messages', [], []]);
    await close();
  });

  test('would act without the escapes and the policy: the check can fail', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.setContent(`<title>still</title><p>${HOSTILE[0]}</p>`);
    expect(await page.title()).toBe('acted');
    await context.close();
  });

  test('the policy refuses a script that is not ours, and any network', async () => {
    const { page, problems, close } = await open('hostile/index.html');
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "acted"';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'https://evil.test/x.png';
      document.body.append(image);
    });
    expect(await page.title()).toBe('Your data');
    expect(problems.filter((problem) => problem.includes('Content Security Policy'))).toHaveLength(2);
    await close();
  });
});

describe.each([360, 1280])('%i pixels wide', (width) => {
  test.each(['light', 'dark'] as const)('no page breaks a rule of accessibility in %s, and nothing sticks out', async (colorScheme) => {
    for (const path of ['recorded/index.html', firstRoom('recorded'), 'recorded/search/index.html', 'recorded/pictures/index.html', 'hostile/index.html', firstRoom('hostile')]) {
      const { page, problems, close } = await open(path, { viewport: { width, height: 800 }, colorScheme });
      if (path.includes('search')) {
        await page.getByRole('searchbox').fill('garden');
        await page.locator('#found li').first().waitFor();
      }
      await unfold(page);
      const { violations, passed } = await examine(page);
      expect([path, violations]).toEqual([path, []]);
      expect(passed).toEqual(expect.arrayContaining(['color-contrast', 'region', 'landmark-one-main', 'html-has-lang', 'page-has-heading-one']));
      expect([path, await overflow(page, '.skip')]).toEqual([path, expect.toSatisfy((wide: number) => wide <= 0)]);
      expect(problems).toEqual([]);
      await close();
    }
  });
});

test('the examination would find a fault', async () => {
  const { page, close } = await open('recorded/index.html');
  await page.evaluate(() => document.documentElement.removeAttribute('lang'));
  expect((await examine(page)).violations.map(([id]) => id)).toContain('html-has-lang');
  await close();
});

describe('by keyboard alone', () => {
  test('one comes from the first page to a message that was found', async () => {
    const { page, close } = await open('recorded/index.html');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    for (let i = 0; i < 5 && (await page.evaluate(() => document.activeElement?.textContent)) !== 'Search'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/search\/index\.html/);
    for (let i = 0; i < 8 && (await page.evaluate(() => document.activeElement?.id)) !== 'term'; i++) await page.keyboard.press('Tab');
    await page.keyboard.type('Calle Mayor');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('status').textContent()).toMatch(/^\d+ messages? found\.$/);
    expect(await page.locator('#found mark').first().textContent()).toBe('Calle Mayor');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/rooms\/.*#e\d+$/);
    expect(await page.locator('li:target').textContent()).toContain('Calle Mayor');
    await close();
  });
});

describe('ten thousand messages on a page', () => {
  test('are all there, and it says how long they took', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const start = performance.now();
    await page.goto(pathToFileURL(join(folder, firstRoom('large'))).href, { waitUntil: 'load' });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    console.log(`10,000 messages: opened and painted in ${Math.round(performance.now() - start)} ms`);
    expect(await page.locator('ol.events > li').count()).toBe(10_000);
    await page.getByRole('link', { name: 'Later' }).click();
    await page.waitForURL(/page-0002\.html$/);
    expect(await page.locator('ol.events > li').first().textContent()).toContain('Message 10000 ');
    await context.close();
  });

  test('are searched part by part, and the words go along', async () => {
    const { page, problems, close } = await open('large/search/index.html');
    await page.getByRole('searchbox').fill('TULIPS');
    await page.getByText('200 messages found in this part.').waitFor();
    expect(await page.locator('#found li').count()).toBe(100);
    await page.getByRole('button', { name: 'Show more' }).click();
    expect(await page.locator('#found li').count()).toBe(200);
    await page.getByRole('link', { name: '2', exact: true }).click();
    await page.getByText('100 messages found.').waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

test('pictures are shown from the disk', async () => {
  for (const path of ['recorded/pictures/index.html', firstRoom('recorded')]) {
    const { page, close } = await open(path);
    const image = page.locator('img').first();
    await image.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
    expect(await image.getAttribute('alt')).not.toBe('');
    await close();
  }
});

test.each(['.bin', '.txt', '.png'])('a file that ends with %s is not run as a page, whatever it holds', async (ending) => {
  const path = join(folder, `upload${ending}`);
  writeFileSync(path, '<!doctype html><title>acted</title><script>document.title = "acted"</script>');
  const page = await browser.newPage();
  const refused = await page.goto(pathToFileURL(path).href).then(() => '', String);
  expect(refused).toMatch(/^$|Download is starting/);
  expect(await page.title()).not.toBe('acted');
  await page.close();
});

test('a page can be read where no script is run', async () => {
  const { page, close } = await open('recorded/search/index.html', { javaScriptEnabled: false });
  expect(await page.getByText('Searching needs a browser that runs scripts.').isVisible()).toBe(true);
  await close();
});

test('on paper: dark on white, and every message', async () => {
  const { page, close } = await open(firstRoom('recorded'), { viewport: { width: 680, height: 960 }, colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color])).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
  await close();
});
