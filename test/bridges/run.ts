import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the tests start: a program, and the Debian package that has it. */
const PROGRAMS = { ngircd: 'ngircd', prosody: 'prosody', prosodyctl: 'prosody', setpriv: 'util-linux' } as const;

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Debian puts servers where the path of ordinary users does not lead. */
const path = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);

function isThere(program: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function missing(): readonly string[] {
  return [...new Set(Object.entries(PROGRAMS).flatMap(([program, debian]) => (isThere(program) ? [] : [debian])))];
}

/** Installs packages without starting the services that are in them. */
function install(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !isThere('apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Installs the XMPP client by its own lock file. */
function installClient(): boolean {
  const { status } = spawnSync('npm', ['--prefix', join(root, 'test', 'bridges'), 'ci', '--silent'], { cwd: root, stdio: 'inherit' });
  return status === 0;
}

/** Installs the servers where that is possible, and runs the tests; without servers it fails in CI, and elsewhere passes and says so. */
function run(): number {
  const wanted = missing();
  if (wanted.length > 0) install(wanted);
  const absent = missing();
  if (absent.length > 0) {
    console.log(`Bridges were not tested: there is no ${absent.join(', no ')} here, and it could not be installed (Debian: apt-get install ${absent.join(' ')}).`);
    return process.env['CI'] === undefined ? 0 : 1;
  }
  if (!installClient()) return 1;
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'bridges', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } });
  return status ?? 1;
}

process.exitCode = run();
