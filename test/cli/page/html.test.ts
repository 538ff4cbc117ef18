import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHtml, html, writeHtml } from '../../../src/cli/page/html.ts';
import { visible } from '../../../src/cli/text/visible.ts';
import { hostile } from '../sample-plan.ts';

const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '');

describe('escapeHtml', () => {
  test.each(hostile)('leaves no markup in %j', (text) => {
    expect(escapeHtml(text)).not.toMatch(/[<>"']/);
  });

  test('can be read back, and holds no markup', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      expect(decoded(escapeHtml(text))).toBe(visible(text));
    }));
  });
});

describe('html', () => {
  test('escapes text and leaves its own markup', () => {
    expect(writeHtml(html`<p title="${'"'}">${html`<b>${'<i>'}</b>`}${[html`<br>`, '&']}${1}${undefined}</p>`)).toBe('<p title="&quot;"><b>&lt;i&gt;</b><br>&amp;1</p>');
  });

  test('takes no markup from elsewhere', () => {
    const forged = JSON.parse('{"markup":"<script>","Symbol(matrix-erasure.markup)":"<script>"}');
    expect(() => writeHtml(html`<p>${forged}</p>`)).toThrow(TypeError);
  });
});
