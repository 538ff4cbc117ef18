import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'src/cli/main.ts');
// Node keeps the compiled sources there: a start takes a third of the time.
const COMPILED = join(ROOT, 'node_modules/.cache/compiled-cli');

export type Result = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type RunOptions = { readonly stdin?: string | Uint8Array; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> };
export type StartOptions = RunOptions & {
  readonly stdout?: number;
  /** How many files the process may have open at once. */
  readonly openFiles?: number;
  /** How long a file may become, in blocks of 512 bytes: what is beyond fails as on a full disk. */
  readonly fileBlocks?: number;
};

/** Starts the command line as people do, in a process of its own. */
export function startCli(args: readonly string[], { cwd, env = {}, stdout, openFiles, fileBlocks }: StartOptions = {}): ReturnType<typeof spawn> {
  const command = [process.execPath, '--conditions=matrix-erasure-source', MAIN, ...args];
  const limits = [...(openFiles === undefined ? [] : [`ulimit -n ${openFiles}`]), ...(fileBlocks === undefined ? [] : [`ulimit -f ${fileBlocks}`])];
  const limited = limits.length === 0 ? command : ['sh', '-c', `${limits.join(' && ')} && exec "$@"`, 'sh', ...command];
  return spawn(limited[0] ?? '', limited.slice(1), {
    cwd,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
  });
}

/** Runs the command line to its end. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = startCli(args, options);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  // A command that fails early does not read its input.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** A new folder that goes when the test is over. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'matrix-erasure-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The lines of a text, each of which ends with a newline. */
export function lines(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}
