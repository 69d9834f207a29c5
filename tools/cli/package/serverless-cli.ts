import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import { resolvePath } from '../files.ts';

/** The project's directory. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The options of the Serverless CLI that both `package` and `deploy` take. The commands pass on no others: the CLI ignores a word
 * that it does not know, and would deploy in spite of it.
 */
export const SERVERLESS_OPTIONS = {
  stage: { type: 'string', short: 's' },
  param: { type: 'string', multiple: true },
  package: { type: 'string', short: 'p' },
  region: { type: 'string', short: 'r' },
  'aws-profile': { type: 'string' },
  'minify-template': { type: 'boolean' },
  verbose: { type: 'boolean' },
  debug: { type: 'string' },
  local: { type: 'boolean' },
} as const;

/** The values of options, as `parseArgs` reads them. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/**
 * Runs the Serverless CLI in the project's directory, with the terminal of this process.
 *
 * @param command - such as `package` or `deploy list`
 * @param options - passed on; a relative path in `package` is resolved against the directory in which npm was called
 * @param signal - stops it
 * @returns whether it succeeded
 */
export async function runServerless(
  command: string,
  options: OptionValues,
  signal?: AbortSignal,
): Promise<boolean> {
  const cli = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
  const args = [...command.split(' '), ...argumentsOf({ ...options, ...packageOption(options['package']) })];
  const serverless = spawn(process.execPath, [cli, ...args], { cwd: ROOT, stdio: 'inherit' });
  signal?.addEventListener('abort', () => serverless.kill());
  const [code] = (await once(serverless, 'exit')) as [number | null];
  return code === 0;
}

/**
 * Makes sure that a command works in the region of the stage. All other commands look for the stage there, and its ARNs are there.
 *
 * @param region - of the command line
 * @param own - of the stage
 * @throws UsageError
 */
export function assertRegionOf(stage: string, region: string | undefined, own: unknown): void {
  if (region === undefined || region === own) return;
  throw new UsageError(
    `The stage "${stage}" is in ${String(own)}, not in ${region}. A stage has one region: change its parameter "region" in infra/stages/stages.yml, or add a stage for ${region}.`,
  );
}

/** @throws UsageError for `--local`, which has nothing to package or deploy, and for a parameter that is not `NAME=VALUE` */
export function assertPassable(options: {
  readonly local?: boolean | undefined;
  readonly param?: readonly string[] | undefined;
}): void {
  if (options.local === true)
    throw new UsageError('There is nothing to deploy on this machine: npm start runs the service on it.');
  const wrong = options.param?.find((parameter) => !/^[^=]+=/.test(parameter));
  if (wrong !== undefined) throw new UsageError(`--param must be NAME=VALUE, not "${wrong}".`);
}

/** The CLI and its bundler join this path with the project's directory, so that an absolute one would not do. */
const packageOption = (directory: OptionValues[string]): OptionValues =>
  typeof directory === 'string' ? { package: relative(ROOT, resolvePath(directory)) || '.' } : {};

function argumentsOf(options: OptionValues): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return (typeof value === 'string' ? [value] : value).map((it) => `--${name}=${it}`);
  });
}
