import * as ts from 'typescript';
import { isCore, NODE_BACKEND } from './layers.ts';
import { fault, walk, type Check } from './source.ts';

/** Names of the surroundings: clocks, chance, output, network, and what differs between platforms. */
const AMBIENT: ReadonlySet<string> = new Set([
  'console', 'process', 'globalThis', 'window', 'self', 'document', 'navigator', 'Buffer', 'performance', 'require',
  'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'crypto', 'eval', '__dirname', '__filename',
]);

/** Clock and chance are parameters in the core, and nothing of the surroundings is there. */
export const checkAmbient: Check = (file) => {
  if (!isCore(file.fileName)) return [];
  const names = file.fileName === NODE_BACKEND ? new Set(['console', 'process', 'globalThis']) : AMBIENT;
  return [...walk(file)].flatMap((node) => {
    const name = ambientName(node, names);
    return name === undefined ? [] : [fault(node, `the core may not use ${name}`)];
  });
};

function ambientName(node: ts.Node, names: ReadonlySet<string>): string | undefined {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const text = node.getText().replaceAll(/\s/g, '');
    return ['Date.now', 'Math.random', "Date['now']", "Math['random']"].find((name) => name === text);
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date') return node.arguments?.length ? undefined : 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  return ts.isIdentifier(node) && names.has(node.text) && isReference(node) ? node.text : undefined;
}

/** Whether a name stands for a value: not `x.process`, not `{ process: 1 }`, not a name in a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) return parent.name !== node;
  return !(ts.isMethodSignature(parent) || ts.isMethodDeclaration(parent) || ts.isTypeReferenceNode(parent) || ts.isLiteralTypeNode(parent));
}

const COLLECTIONS: ReadonlySet<string> = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array']);

/** Nothing in a module's top level of the core changes after it was loaded. */
export const checkModuleState: Check = (file) => {
  if (!isCore(file.fileName)) return [];
  return file.statements.filter(ts.isVariableStatement).flatMap((statement) => {
    const { declarationList: list } = statement;
    if (!(list.flags & ts.NodeFlags.Const)) return [fault(statement, 'the core may not declare module-level let or var')];
    return list.declarations.flatMap((declaration) => moduleStateFaults(file, declaration));
  });
};

function moduleStateFaults(file: ts.SourceFile, declaration: ts.VariableDeclaration): readonly string[] {
  const { initializer, name, type } = declaration;
  if (initializer === undefined || !ts.isIdentifier(name)) return [];
  const readonly = type !== undefined && /^(?:readonly\b|Readonly)/.test(type.getText());
  if (ts.isNewExpression(initializer) && COLLECTIONS.has(initializer.expression.getText()) && !readonly) {
    return [fault(declaration, `${name.text}: annotate a module-level collection as Readonly…, or make it a parameter`)];
  }
  return [...walk(file)].filter((node) => changes(node, name.text)).map((node) => fault(node, `${name.text} is module state and is written to`));
}

const MUTATORS: ReadonlySet<string> = new Set([
  'set', 'add', 'delete', 'clear', 'push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin',
]);
const OBJECT_MUTATORS: ReadonlySet<string> = new Set(['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf']);

/** Whether a node writes to the variable: an assignment below it, `delete`, `++`, a mutating method, `Object.assign`. */
function changes(node: ts.Node, name: string): boolean {
  if (ts.isBinaryExpression(node)) return isAssignment(node.operatorToken.kind) && isBelow(node.left, name);
  if (ts.isDeleteExpression(node)) return isBelow(node.expression, name);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    return (operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken) && isBelow(node.operand, name);
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression: owner, name: method } = node.expression;
  if (['Object', 'Reflect'].includes(owner.getText()) && OBJECT_MUTATORS.has(method.text)) return node.arguments[0]?.getText() === name;
  return MUTATORS.has(method.text) && baseOf(owner) === name;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** Whether a target is a property of the variable. `lastIndex` is not: it is set before a sticky expression is used. */
function isBelow(target: ts.Expression, name: string): boolean {
  if (ts.isPropertyAccessExpression(target) && target.name.text === 'lastIndex') return false;
  return !ts.isIdentifier(target) && baseOf(target) === name;
}

function baseOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return baseOf(node.expression);
  return undefined;
}

/** A global or sticky expression remembers where it stopped: `test` and `exec` need its `lastIndex` set first. */
export const checkStickyExpressions: Check = (file) => {
  if (!isCore(file.fileName)) return [];
  const text = file.getFullText();
  return file.statements.filter(ts.isVariableStatement).flatMap(({ declarationList: { declarations } }) =>
    declarations.flatMap((declaration) => {
      const { initializer } = declaration;
      const name = declaration.name.getText();
      if (initializer === undefined || !ts.isRegularExpressionLiteral(initializer)) return [];
      const remembers = /\/[a-z]*[gy][a-z]*$/.test(initializer.text);
      const used = text.includes(`${name}.test(`) || text.includes(`${name}.exec(`);
      return remembers && used && !text.includes(`${name}.lastIndex =`) ? [fault(declaration, `${name} keeps lastIndex between calls`)] : [];
    }),
  );
};
