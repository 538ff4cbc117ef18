#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { failureOf } from './failure.ts';
import { removeTemporaryFiles } from './io/temporary.ts';
import { createProgram, runProgram } from './program.ts';
import { handleSignals } from './signals.ts';

function version(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return manifest.version;
}

function fail(error: unknown): void {
  const { exitCode, message } = failureOf(error);
  process.exitCode = exitCode;
  // What progress left on a terminal goes.
  if (message !== undefined) process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}matrix-erasure: ${message}\n`);
  if (process.env['DEBUG'] === 'matrix-erasure' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

function failAtOnce(error: unknown): void {
  removeTemporaryFiles();
  fail(error);
  process.exit();
}

handleSignals();
process.on('uncaughtException', failAtOnce);
process.on('unhandledRejection', failAtOnce);
// A reader of messages that has gone must not end the command.
process.stderr.on('error', () => undefined);
try {
  await runProgram(createProgram(version()), process.argv.slice(2));
} catch (error) {
  fail(error);
}
