import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeSpan, escapeMarkdown, renderReportMarkdown } from '../../../src/cli/report/markdown.ts';
import { operatorDocument } from '../../../src/cli/report/operator-document.ts';
import { renderReportPage } from '../../../src/cli/report/html.ts';
import { subjectDocument } from '../../../src/cli/report/subject-document.ts';
import { visible } from '../../../src/cli/text/visible.ts';
import { reportToOperator } from '../../../src/portability/report/operator.ts';
import { reportToSubject } from '../../../src/portability/report/subject.ts';
import { faultsOf, referencesIn } from '../page/plain-page.ts';
import { hostile, planOf, room } from '../sample-plan.ts';
import { sampleOperatorReport, sampleSubjectReport } from '../sample-report.ts';

type Token = { readonly type: string; readonly tag: string; readonly content: string; readonly children: readonly Token[] | null };
type Parser = { readonly parse: (text: string, env: object) => readonly Token[] };

// The parser of typedoc, which knows CommonMark and GitHub's tables: somebody else's reading of what is written here.
const require = createRequire(createRequire(import.meta.url).resolve('typedoc'));
const parser = (require('markdown-it') as (options: object) => Parser)({ html: true, linkify: false });

const baits = ['# ', '- ', '1. ', '> ', '```', '| a |', '[x](javascript:alert(1))', '![x](https://a.org)', '<script>', '&lt;', '*a*', '__a__', '~~a~~', '\\', '    code', '---', '`', '||', '\\|'];
const text = fc.tuple(fc.constantFrom('', ...baits), fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 30 })), fc.constantFrom('', ...baits)).map((parts) => parts.join(''));

function inlineOf(markdown: string): readonly Token[] {
  return parser.parse(markdown, {}).flatMap(({ children }) => children ?? []);
}

test('text is read as that text, wherever it stands', () => {
  fc.assert(fc.property(text.filter((one) => visible(one).trim() !== ''), (one) => {
    expect(parser.parse(escapeMarkdown(one), {}).map(({ type }) => type)).toEqual(['paragraph_open', 'inline', 'paragraph_close']);
    const children = inlineOf(escapeMarkdown(one));
    expect(children.every(({ type }) => type === 'text' || type === 'text_special')).toBe(true);
    expect(children.map(({ content }) => content).join('')).toBe(visible(one).trim());
  }));
});

test('an identifier is read as one piece of code', () => {
  fc.assert(fc.property(text.filter((one) => visible(one).trim() !== ''), (one) => {
    expect(inlineOf(`a ${codeSpan(one)} b`).map(({ type, content }) => [type, content])).toEqual([['text', 'a '], ['code_inline', visible(one)], ['text', ' b']]);
  }));
});

describe('whatever strangers write', () => {
  const around = (noise: string): readonly (readonly [string, Parameters<typeof renderReportMarkdown>[0]])[] => {
    const plan = planOf([room(noise, noise, [{ event_id: noise, type: noise, treatment: 'keep', reason: 'hazard', hazard: noise, holds: [noise] }], { servers: [noise], bridges: [noise], predecessor: noise })]);
    const request = { ...plan.request, subjects: [`@${noise}:hs1.test` as const], profile: noise, holds: [{ id: noise, ground: 'legal-hold', basis: noise, reviewAt: 1, scope: {} }] } as const;
    const delivery = { kind: 'widget', destination: noise, status: 'failed', since: 0, deadline: 5, attempts: 1, reason: noise, ask: 'refused' } as const;
    const options = {
      generatedAt: 7, deliveries: [delivery], operator: noise, contact: noise, authority: noise,
      verification: { verdict: 'leftovers', checks: [{ check: 'signatures', status: 'failed', checked: 1, failed: 1, unknown: noise, examples: [noise] }] },
    } as const;
    return [
      ['subject', subjectDocument(reportToSubject({ ...plan, request, digest: noise, supplements: noise }, options))],
      ['operator', operatorDocument(reportToOperator({ ...plan, request, digest: noise, supplements: noise }, { ...options, ledger: { verdict: 'intact', records: 1, head: noise, ofPlan: [{ seq: 1, kind: noise, at: 0 }] } }))],
    ];
  };
  const shapeOf = (markdown: string): readonly string[] => parser.parse(markdown, {}).map(({ type, tag }) => `${type} ${tag}`);
  const plain = new Map(around('harmless').map(([name, document]) => [name, shapeOf(renderReportMarkdown(document))]));

  test('Markdown keeps its shape: no block, row or cell more than with a harmless word, and no link, picture or markup', () => {
    fc.assert(fc.property(text.filter((one) => visible(one).trim() !== ''), (noise) => {
      for (const [name, document] of around(noise)) {
        const markdown = renderReportMarkdown(document);
        expect(shapeOf(markdown)).toEqual(plain.get(name));
        const kinds = new Set(inlineOf(markdown).map(({ type }) => type));
        for (const kind of ['link_open', 'image', 'html_inline', 'softbreak', 'hardbreak']) expect(kinds).not.toContain(kind);
      }
    }));
  });

  test('the page stays plain', () => {
    fc.assert(fc.property(text, (noise) => {
      for (const [, document] of around(noise)) expect(faultsOf(renderReportPage(document))).toEqual([]);
    }));
  });

  test.each(hostile)('the worst of it: %j', (noise) => {
    for (const [name, document] of around(noise)) {
      expect(faultsOf(renderReportPage(document))).toEqual([]);
      expect(shapeOf(renderReportMarkdown(document))).toEqual(plain.get(name));
    }
  });
});

describe.each([['subject', subjectDocument(sampleSubjectReport)], ['operator', operatorDocument(sampleOperatorReport)]] as const)('the report for the %s', (_, document) => {
  test('as a page: no script, no handler, no foreign address; no ID twice, every reference met', () => {
    const page = renderReportPage(document);
    expect(faultsOf(page)).toEqual([]);
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:;`);
    const { twice, unmet, met } = referencesIn(page);
    expect([twice, unmet]).toEqual([[], []]);
    expect(met).toBeGreaterThan(20);
  });

  test('page and Markdown say the same', () => {
    const words = (one: string): readonly string[] => one.replace(/<style>[^<]*<\/style>|<svg[\s\S]*?<\/svg>|<nav[\s\S]*?<\/nav>/g, '').replace(/<[^>]*>/g, ' ').match(/[A-Z][a-z]+ [a-z]+ [a-z]+ [a-z]+/g) ?? [];
    const page = renderReportPage(document);
    const markdown = renderReportMarkdown(document);
    const sentences = words(markdown);
    expect(sentences.length).toBeGreaterThan(20);
    expect(sentences.filter((sentence) => !page.replace(/<[^>]*>/g, '').includes(sentence))).toEqual([]);
  });

  test('is the same every time', () => {
    expect(renderReportPage(document)).toBe(renderReportPage(document));
  });
});
