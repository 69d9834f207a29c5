import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = 'aws-lambda-ric';
const VERSION = '4.0.2';

// Outside the project: installing it compiles curl and a native module for minutes, which nothing else here needs.
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const directory = join(cache, 'layermint', `${PACKAGE}-${VERSION}`);

/** AWS's Node runtime client, the program that Lambda starts for a Node function; undefined where it is not installed. */
export function runtimeClient(): string | undefined {
  const client = join(directory, 'node_modules', PACKAGE);
  // The native module is what is made last.
  return existsSync(join(client, 'rapid-client.node')) ? join(client, 'index.mjs') : undefined;
}

/**
 * Installs AWS's Node runtime client into the user's cache directory, unless it is there. It needs cmake and g++, and minutes.
 *
 * @throws Error where npm fails; it has said why
 */
export async function installRuntimeClient(): Promise<void> {
  if (runtimeClient() !== undefined) return;
  await mkdir(directory, { recursive: true });
  const code = await new Promise((resolve, reject) => {
    const npm = spawn(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefix', directory, `${PACKAGE}@${VERSION}`],
      // What is printed goes to standard error, as standard output is the report's.
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
