import { readdirSync } from 'node:fs';
import { join } from 'node:path';

// A folder of one machine, at the beginning of a path; the end of a URL or of a relative path is none.
const MACHINE_PATH = /(?<![\w.:/-])(?:\/(?:work|tmp|root|home|Users)\/|\.\.\/shared\b|file:\/\/\/)[^\s'"`)]*/g;

/** The paths in a text that belong to somebody's machine. */
export function machineWords(text: string): readonly string[] {
  return text.match(MACHINE_PATH) ?? [];
}

/** What is made, fetched or private, and so is no part of the repository. */
const IGNORED: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist', 'out', 'coverage', 'reports', '.stryker-tmp', 'docs/api']);

/** Every file of the repository, as relative paths; also where git is not at hand. */
export function repositoryFiles(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (IGNORED.has(entry.name) || IGNORED.has(path) || /\.(?:tgz|log)$/.test(path)) return [];
    return entry.isDirectory() ? repositoryFiles(root, path) : [path];
  });
}
