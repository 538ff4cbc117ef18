import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium from the variable CHROMIUM, or from the path. */
export function findChromium(): string {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name))).find(isExecutable);
  if (found === undefined) throw new Error('no Chromium on the path: install it, or name it in the variable CHROMIUM');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
