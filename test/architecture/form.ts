import * as ts from 'typescript';
import { fault, hasModifier, walk, type Check } from './source.ts';

export const MAX_FILE_LINES = 350;
export const MAX_FUNCTION_LINES = 60;

/** Functions that may be longer, as `path#name`, because they follow a numbered algorithm of the specification step by step. */
export const longFunctions: ReadonlySet<string> = new Set<string>();

/** Classes are errors; there are no enums, namespaces or default exports. */
export const checkDeclarations: Check = (file) =>
  [...walk(file)].flatMap((node) => {
    const message = declarationFault(node);
    return message === undefined ? [] : [fault(node, message)];
  });

function declarationFault(node: ts.Node): string | undefined {
  if (ts.isClassLike(node)) return isErrorClass(node) ? undefined : 'only errors are classes';
  if (ts.isEnumDeclaration(node)) return 'write a union, not an enum';
  if (ts.isModuleDeclaration(node)) return 'no namespaces';
  if (ts.isInterfaceDeclaration(node)) return 'write a type, not an interface';
  if (ts.isExportAssignment(node) || hasModifier(node, ts.SyntaxKind.DefaultKeyword)) return 'no default export';
  return ts.isExportSpecifier(node) && node.name.text === 'default' ? 'no default export' : undefined;
}

function isErrorClass(node: ts.ClassLikeDeclaration): boolean {
  const base = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  return base !== undefined && base.expression.getText().endsWith('Error');
}

/** A file fits into a head. */
export const checkFileLength: Check = (file) => {
  const lines = file.getFullText().trimEnd().split('\n').length;
  return lines > MAX_FILE_LINES ? [`${file.fileName}: ${lines} lines, at most ${MAX_FILE_LINES}`] : [];
};

/** A function fits on a screen. */
export const checkFunctionLength: Check = (file) =>
  [...walk(file)].filter(isFunctionWithBody).flatMap((node) => {
    const lines = node.getText().split('\n').length;
    const name = functionName(node);
    if (lines <= MAX_FUNCTION_LINES || longFunctions.has(`${file.fileName}#${name}`)) return [];
    return [fault(node, `${name} has ${lines} lines, at most ${MAX_FUNCTION_LINES}`)];
  });

function isFunctionWithBody(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

function functionName(node: ts.FunctionLikeDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : 'a function without a name';
}

/** Every exported declaration says what it is. Of overloads the first one speaks; a member of a documented contract need not. */
export const checkDocumented: Check = (file) => {
  const exported = file.statements.filter((statement) => hasModifier(statement, ts.SyntaxKind.ExportKeyword));
  const documented = new Set(exported.filter(isDocumented).flatMap(declaredNames));
  return exported.flatMap((statement) =>
    declaredNames(statement).filter((name) => !documented.has(name)).map((name) => fault(statement, `${name} has no doc comment`)),
  );
};

function isDocumented(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0 || isOfContract(node);
}

/** `export const hash: Backend['hash'] = …`: the documentation stands where `Backend` is declared. */
function isOfContract(node: ts.Node): boolean {
  if (!ts.isVariableStatement(node)) return false;
  return node.declarationList.declarations.every(({ type }) => type !== undefined && ts.isIndexedAccessTypeNode(type));
}

function declaredNames(node: ts.Node): readonly string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map((declaration) => declaration.name.getText());
  const { name } = node as { readonly name?: ts.Node };
  return name === undefined ? [] : [name.getText()];
}

/** No assertion that the compiler was told to believe: `x!`, `as any`, `as unknown as`. */
export const checkAssertions: Check = (file) =>
  [...walk(file)].flatMap((node) => {
    if (ts.isNonNullExpression(node)) return [fault(node, 'no non-null assertion')];
    if (node.kind === ts.SyntaxKind.AnyKeyword) return [fault(node, 'no any')];
    const doubled = ts.isAsExpression(node) && ts.isAsExpression(node.expression);
    return doubled ? [fault(node, 'no double assertion')] : [];
  });
