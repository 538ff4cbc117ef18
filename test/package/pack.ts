import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../architecture/source.ts';

const run = promisify(execFile);

export type Finished = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end; an exit code is a result, not an error. */
export async function finish(command: string, parameters: readonly string[], cwd: string = root): Promise<Finished> {
  try {
    const { stdout, stderr } = await run(command, [...parameters], { cwd, maxBuffer: 1 << 26 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const failure = error as { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string };
    if (typeof failure.code !== 'number') throw error;
    return { code: failure.code, stdout: failure.stdout ?? '', stderr: failure.stderr ?? '' };
  }
}

/** Runs a program of the development dependencies with the Node that runs the tests. */
export function tool(path: string, parameters: readonly string[], cwd: string = root): Promise<Finished> {
  return finish(process.execPath, [join(root, 'node_modules', path), ...parameters], cwd);
}

/** The package as it would be published, packed, unpacked and installed in a project of its own. */
export type Packed = {
  readonly tarball: string;
  /** The consumer project, with the package in its `node_modules`. */
  readonly consumer: string;
  /** The unpacked package. */
  readonly unpacked: string;
  readonly files: readonly string[];
  readonly remove: () => Promise<void>;
};

/** Packs `dist` as it is (`npm run test:package` has built it) and installs it beside a copy of `test/consumer`. */
export async function pack(): Promise<Packed> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'matrix-erasure-')));
  const npm = (parameters: readonly string[], cwd: string): Promise<string> => succeed('npm', [...parameters, '--no-audit', '--no-fund', '--loglevel=error'], cwd);
  const [{ filename }] = JSON.parse(await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)) as readonly [{ readonly filename: string }];
  const tarball = join(folder, filename);
  const consumer = join(folder, 'consumer');
  await cp(join(root, 'test', 'consumer'), consumer, { recursive: true });
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly devDependencies: Readonly<Record<string, string>> };
  await npm(['install', '--prefer-offline', '--ignore-scripts', tarball, `fast-check@${devDependencies['fast-check'] ?? ''}`], consumer);
  const unpacked = join(consumer, 'node_modules', 'matrix-erasure');
  return { tarball, consumer, unpacked, files: await filesBelow(unpacked), remove: () => rm(folder, { recursive: true, force: true }) };
}

async function succeed(command: string, parameters: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await finish(command, parameters, cwd);
  if (code !== 0) throw new Error(`${command} ${parameters[0] ?? ''} failed with ${code}: ${stderr}${stdout}`);
  return stdout;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).toSorted();
}
