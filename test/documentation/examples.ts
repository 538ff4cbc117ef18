import * as ts from 'typescript';
import { fault, hasModifier } from '../architecture/source.ts';

/** An `@example` of a doc comment: an expression, and what it is said to give. */
export type Example = {
  /** `path:line`, and the name that the comment documents. */
  readonly where: string;
  readonly name: string;
  readonly expression: string;
  readonly expected: Expected;
};

export type Expected = { readonly kind: 'value'; readonly expression: string } | { readonly kind: 'throws'; readonly name: string };

/** The examples of a file's exports. A comment that follows no form is returned with an expression that fails. */
export function examplesOf(file: ts.SourceFile): readonly Example[] {
  return file.statements.flatMap((statement) => {
    const exported = hasModifier(statement, ts.SyntaxKind.ExportKeyword);
    return exported ? exampleTexts(file, statement).flatMap((text) => readExample(statement, text)) : [];
  });
}

/** The name that a statement declares. */
export function declaredName(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.name.getText() ?? '';
  const { name } = statement as { readonly name?: ts.Node };
  return name?.getText() ?? '';
}

/** What stands behind each `@example` of the comment before a statement; read by hand, as the parser takes `@alice` for a tag. */
function exampleTexts(file: ts.SourceFile, statement: ts.Statement): readonly string[] {
  const text = file.getFullText();
  const ranges = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  return ranges.map((range) => text.slice(range.pos, range.end)).filter((comment) => comment.startsWith('/**')).flatMap((comment) => {
    const plain = comment.slice(3, -2).replaceAll(/^[ \t]*\* ?/gm, '');
    return plain.split(/^\s*(?=@[a-z]+)/m).flatMap((part) => (part.trim().startsWith('@example') ? [part.trim().slice(8).trim()] : []));
  });
}

function readExample(statement: ts.Statement, text: string): readonly Example[] {
  const found = splitExample(text);
  const name = declaredName(statement);
  const where = fault(statement, name);
  if (found === undefined) throw new SyntaxError(`${where}: an example is one line of the form "expression // expected result"`);
  return [{ where, name, ...found }];
}

/** Splits `expression // expected`; a `//` within a text or an expression does not count. */
export function splitExample(text: string): Pick<Example, 'expression' | 'expected'> | undefined {
  if (text.includes('\n')) return undefined;
  const file = ts.createSourceFile('example.ts', text, ts.ScriptTarget.Latest, true);
  const [statement] = file.statements;
  if (statement === undefined || file.statements.length !== 1 || !ts.isExpressionStatement(statement)) return undefined;
  const [comment] = ts.getTrailingCommentRanges(text, statement.end) ?? [];
  if (comment === undefined) return undefined;
  const expected = text.slice(comment.pos + 2, comment.end).trim();
  return { expression: statement.expression.getText(), expected: readExpected(expected) };
}

/** `throws Name`, or an expression. */
export function readExpected(text: string): Expected {
  const name = /^throws (\w+)$/.exec(text)?.[1];
  return name === undefined ? { kind: 'value', expression: text } : { kind: 'throws', name };
}

/** Evaluates an expression with names in scope. */
export function evaluate(expression: string, scope: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(scope);
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the expressions are this repository's own documentation
  return new Function(...names, `'use strict'; return (${expression}\n);`)(...names.map((name) => scope[name]));
}
