import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);

test('every module and test named in docs/spec-coverage.md exists', () => {
  const text = readFileSync(new URL('docs/spec-coverage.md', root), 'utf8');
  const named = [...text.matchAll(/`((?:src|test)\/[^`]+\.ts)`/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});
