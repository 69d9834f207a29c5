import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Loads a handler like Lambda's Node runtime: it tries the same file endings in the same order, then reads the export. */
const LOADER = `
  const { existsSync } = require('node:fs');
  const [root, handler] = process.argv.slice(1);
  const at = handler.lastIndexOf('.');
  const file = ['', '.js', '.mjs', '.cjs'].map((ending) => root + '/' + handler.slice(0, at) + ending).find(existsSync);
  if (file === undefined) throw new Error('no file for ' + handler);
  console.log(typeof require(file)[handler.slice(at + 1)]);
  // Ends everything that the function started when it was loaded.
  process.exit(0);
`;

/**
 * Loads a function's handler from the files of its zip as Lambda does: alone, with its environment and a role's credentials. It
 * cannot reach AWS.
 *
 * @param handler - the function's Handler, such as `functions/mint-token.handler`
 * @returns `typeof` the handler
 * @throws Error with the output of the process if it cannot be loaded
 */
export async function loadAsLambda(
  files: Readonly<Record<string, Uint8Array>>,
  handler: string,
  environment: Readonly<Record<string, unknown>>,
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'layermint-task-'));
  try {
    for (const [path, contents] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), contents);
    }
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(environment)) {
      variables[name] = typeof value === 'string' ? value : 'filled-in-by-cloudformation';
    }
    const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
    const loader = spawn(process.execPath, ['-e', LOADER, root, handler], {
      env: { ...variables, ...credentials, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([
      text(loader.stdout),
      text(loader.stderr),
      once(loader, 'close'),
    ]);
    if (loader.exitCode !== 0) throw new Error(`${handler} cannot be loaded:\n${stderr}`);
    return stdout.trim();
  } finally {
    await rm(root, { recursive: true });
  }
}
