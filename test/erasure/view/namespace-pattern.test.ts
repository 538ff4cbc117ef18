import { describe, expect, test } from 'vitest';
import { NamespacePatternError, namespacePattern } from '../../../src/erasure/view/namespace-pattern.ts';

// What Python's re.match says of each, with the pattern of the same row.
describe('a namespace', () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['@irc_.*', ['@irc_bob:a', '@irc_'], ['x@irc_bob']],
    ['(?i)@IRC_.*', ['@irc_bob'], ['@ir']],
    ['@(?P<network>[a-z]+)_.*', ['@irc_bob'], ['@_bob']],
    ['@(?P<n>a|b)-(?P<m>c)', ['@a-c', '@b-cd'], ['@a-d']],
    ['@(?P<n>[ab])(?P<m>c)(?P=n)$', ['@aca', '@bcb'], ['@acb', '@ac']],
    ['\\A@x\\Z', ['@x'], ['@xy', 'A@xZ']],
    ['@tele\\_gram\\-[\\-\\_]\\:', ['@tele_gram--:', '@tele_gram-_:'], ['@tele_gram-x:']],
    ['@[]x]+$', ['@]x]'], ['@[', '@']],
    ['@[^]x]$', ['@a'], ['@]', '@x']],
    ['@[(?P<x>]$', ['@(', '@P', '@>'], ['@y', '@']],
    ['\\(\\?P<x>', ['(?P<x>'], ['x']],
    ['@\\\\(?P<x>a)', ['@\\a'], ['@a']],
    ['@a{', ['@a{'], ['@a']],
  ])('%s', (source, inside, outside) => {
    const pattern = namespacePattern(source);
    expect(inside.filter((id) => !pattern.test(id))).toEqual([]);
    expect(outside.filter((id) => pattern.test(id))).toEqual([]);
  });

  test.each([
    '(', '[]', '[^]', '(?P<1>a)', '(?P<x>a)(?P<x>b)', '(?P=x)', '(?P=x)(?P<x>a)', '(?P<x>a)?(?P=x)', '(?:(?P<x>a)){0,2}(?P=x)', '(?:(?P<x>a)|b)(?P=x)', '(?!(?P<x>a))(?P=x)',
    '(a)(?(1)b|c)', '\\y', 'a{\\y', '(?#comment)a',
  ])('%s is refused: it does not mean the same here', (source) => {
    expect(() => namespacePattern(source)).toThrow(NamespacePatternError);
  });
});
