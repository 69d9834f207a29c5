import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = 'aws-lambda-ric';
const VERSION = '4.0.2';

// Outside the project: its installation compiles curl and a native module for minutes, and nothing else here needs it.
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const directory = join(cache, 'layermint', `${PACKAGE}-${VERSION}`);

/**
 * Finds AWS's Node runtime client, the program that Lambda starts for a Node function; undefined if it is not
 * installed.
 */
export function runtimeClient(): string | undefined {
  const client = join(directory, 'node_modules', PACKAGE);
  // The native module is built last.
  return existsSync(join(client, 'rapid-client.node')) ? join(client, 'index.mjs') : undefined;
}

/**
 * Installs AWS's Node runtime client into the user's cache directory, unless it is there. This needs cmake and g++, and
 * takes minutes.
 *
 * @throws Error if npm fails; npm has printed the reason
 */
export async function installRuntimeClient(): Promise<void> {
  if (runtimeClient() !== undefined) return;
  await mkdir(directory, { recursive: true });
  const code = await new Promise((resolve, reject) => {
    const npm = spawn(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefix', directory, `${PACKAGE}@${VERSION}`],
      // npm's output goes to standard error, as standard output belongs to the report.
      { stdio: ['ignore', process.stderr, process.stderr] },
    );
    npm.once('error', reject);
    npm.once('exit', resolve);
  });
  if (code !== 0 || runtimeClient() === undefined) {
    throw new Error(
      `npm could not install ${PACKAGE} into ${directory}; it needs cmake, g++, make and the network`,
    );
  }
}
