import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderVerificationText } from '../../../src/cli/text/verification-text.ts';
import type { Verification } from '../../../src/erasure/verification.ts';
import { sampleVerification } from '../sample-plan.ts';

const last = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

test('each check comes with a word for how it ended', () => {
  const text = renderVerificationText(sampleVerification);
  expect(text).toMatch(/^✓ passed {3}Events complete {13}51,724 checked$/m);
  expect(text).toMatch(/^✗ failed {3}Treatments applied {10}2,140 checked, 2 failed$/m);
  expect(text).toMatch(/^\? unknown {2}Signatures/m);
  expect(text).toContain('Not checked: no keys were given for hs3.test:18443');
});

test('the last line sums up, and clean is said only of clean', () => {
  expect(last(renderVerificationText(sampleVerification))).toBe('Verified: 8 passed, 1 failed, 1 unknown. Something is left over: at least one check failed. Texts: 1 found, 420 not found, 12 unknown.');
  const unknown: Verification = { verdict: 'unknown', checks: sampleVerification.checks.filter(({ status }) => status === 'unknown') };
  expect(last(renderVerificationText(unknown))).toBe('Verified: 0 passed, 0 failed, 1 unknown. No check failed, but not everything could be checked.');
});

test('examples and reasons cannot command the terminal', () => {
  const text = renderVerificationText({
    verdict: 'leftovers',
    checks: [{ check: 'signatures', status: 'failed', checked: 1, failed: 1, unknown: '\u001b[2J', examples: ['$\u202e\u001b]0;x\u0007'] }],
  });
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  expect(text).toContain('$\\u202e\\u001b]0;x\\u0007');
});

test('colour adds nothing but colour', () => {
  expect(stripVTControlCharacters(renderVerificationText(sampleVerification, { color: true }))).toBe(renderVerificationText(sampleVerification));
});

test('narrow terminals get the counts on a line of their own', () => {
  const lines = renderVerificationText(sampleVerification, { width: 40 }).split('\n');
  expect(lines).toContain('    2,140 checked, 2 failed');
});
