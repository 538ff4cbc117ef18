import { posix } from 'node:path';
import * as ts from 'typescript';
import { fault, walk, type Check } from './source.ts';

/** The layers of the core, each of which may import itself and those before it. */
export const coreLayers: readonly string[] = ['json', 'identifiers', 'rules', 'event', 'crypto', 'room', 'erasure'];
/** Layers that stand side by side on the core and do not know of each other; but `testing` tries what others implement of `stores`. */
export const outerLayers: readonly string[] = ['notices', 'portability', 'bridge', 'stores', 'lab', 'testing'];

/** The only file of the core that may know Node: one of the two backends of crypto. */
export const NODE_BACKEND = 'src/crypto/backend.node.ts';

/** What the core may import from outside. */
const CORE_PACKAGES: readonly string[] = ['tweetnacl', '@noble/hashes', 'canonical-json', '#crypto-backend'];

/** `src/json/value.ts` is of layer `json`; `src/json.ts` is an entry and of none. */
export function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

export function isCore(path: string): boolean {
  return coreLayers.includes(layerOf(path) ?? '');
}

/** Imports point to the left, entries stay out of the layers, and only the command line knows the command line. */
export const checkDirection: Check = (file) =>
  importsOf(file).flatMap(({ node, specifier }) => {
    if (!specifier.startsWith('.')) return [];
    const target = posix.join(posix.dirname(file.fileName), specifier);
    return mayImport(file.fileName, target) ? [] : [fault(node, `${file.fileName} may not import ${target}`)];
  });

/** The core takes nothing from Node (but for one backend), and only the packages named above. */
export const checkPackages: Check = (file) => {
  if (!isCore(file.fileName)) return [];
  return importsOf(file).flatMap(({ node, specifier }) => {
    if (specifier.startsWith('.')) return [];
    if (specifier.startsWith('node:') && file.fileName === NODE_BACKEND) return [];
    const known = CORE_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    return known ? [] : [fault(node, `the core may not import ${specifier}`)];
  });
};

/** Relative imports carry the extension of the file that they name, so that Node runs the source as it is. */
export const checkExtensions: Check = (file) =>
  importsOf(file).flatMap(({ node, specifier }) =>
    specifier.startsWith('.') && !/\.(?:ts|json)$/.test(specifier) ? [fault(node, `write the extension of ${specifier}`)] : [],
  );

function mayImport(from: string, target: string): boolean {
  const own = layerOf(from);
  const other = layerOf(target);
  if (!target.startsWith('src/')) return false;
  if (own === undefined) return other !== 'cli';
  if (other === undefined) return own === 'cli';
  if (own === other || own === 'cli' || (own === 'testing' && other === 'stores')) return true;
  const rank = coreLayers.indexOf(other);
  if (rank < 0) return false;
  return outerLayers.includes(own) || rank < coreLayers.indexOf(own);
}

type Import = { readonly node: ts.Node; readonly specifier: string };

/** Every import of a file: static, re-exporting, of types, dynamic and by `require`. */
function importsOf(file: ts.SourceFile): readonly Import[] {
  return [...walk(file)].flatMap((node) => {
    const specifier = specifierOf(node);
    return specifier !== undefined && ts.isStringLiteralLike(specifier) ? [{ node, specifier: specifier.text }] : [];
  });
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const required = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  return dynamic || required ? node.arguments[0] : undefined;
}
