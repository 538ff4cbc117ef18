import * as ts from 'typescript';

/** A block of a Markdown file that its author wants to be run: its fence says `ts run`. */
export type Block = { readonly line: number; readonly code: string };

/** The blocks of a Markdown text that are to be run. */
export function runnableBlocks(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```ts run\r?\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: markdown.slice(0, match.index).split('\n').length,
    code: match[1] ?? '',
  }));
}

/** A command of a Markdown file that is to be run, without the name of the program, and texts that its output has to have. */
export type ShownCommand = { readonly line: number; readonly args: readonly string[]; readonly output: readonly string[] };

/** The commands in blocks whose fence says `console run`, in order: what stands under a command is in what it prints. */
export function shownCommands(markdown: string): readonly ShownCommand[] {
  return [...markdown.matchAll(/^```console run\r?\n([\s\S]*?)^```$/gm)].flatMap((match) => {
    const first = markdown.slice(0, match.index).split('\n').length + 1;
    const commands: { line: number; args: readonly string[]; output: string[] }[] = [];
    for (const [index, text] of (match[1] ?? '').trimEnd().split('\n').entries()) {
      const command = /^\$ matrix-erasure (.*)$/.exec(text)?.[1];
      if (command !== undefined) commands.push({ line: first + index, args: wordsOf(command), output: [] });
      else commands.at(-1)?.output.push(text);
    }
    return commands;
  });
}

/** Words as a shell takes them, as far as documents need it: quotes hold a word together. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** Where the relative links of a Markdown text lead, without what stands behind `#`. */
export function relativeLinks(markdown: string): readonly string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^(?:[a-z]+:|#)/.test(target)).map((target) => target.replace(/#.*$/, ''));
}

/** What public specifiers mean while the package is not built. */
export type Entries = Readonly<Record<string, string>>;

/**
 * The block as a module that checks itself: its `run(expectation)` gets each `expression; // expected` as a function and a text
 * (of `console.log(x); // expected` the argument), and imports of the package point at its source.
 */
export function checkedModule(code: string, entries: Entries): string {
  const file = ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest, true);
  const imports = file.statements.filter(ts.isImportDeclaration).map((statement) => mapImport(statement, entries));
  const body = file.statements.filter((statement) => !ts.isImportDeclaration(statement)).map((statement) => checkedStatement(code, statement));
  return [
    ...imports,
    'export async function run(expectation: (actual: () => Promise<unknown>, expected: string) => Promise<void>): Promise<void> {',
    ...body,
    '}',
    '',
  ].join('\n');
}

function mapImport(statement: ts.ImportDeclaration, entries: Entries): string {
  const { moduleSpecifier } = statement;
  const specifier = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
  if (!specifier.startsWith('matrix-erasure')) return statement.getText();
  const target = Object.hasOwn(entries, specifier) ? entries[specifier] : undefined;
  if (target === undefined) throw new Error(`no entry of the package is called ${specifier}`);
  return statement.getText().replace(moduleSpecifier.getText(), () => JSON.stringify(target));
}

function checkedStatement(code: string, statement: ts.Statement): string {
  const [comment] = ts.isExpressionStatement(statement) ? (ts.getTrailingCommentRanges(code, statement.end) ?? []) : [];
  if (comment === undefined || !ts.isExpressionStatement(statement)) return statement.getText();
  const expected = code.slice(comment.pos + 2, comment.end).trim();
  return `await expectation(async () => (${printed(statement.expression).getText()}), ${JSON.stringify(expected)});`;
}

function printed(expression: ts.Expression): ts.Expression {
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== 'console.log') return expression;
  return expression.arguments[0] ?? expression;
}
