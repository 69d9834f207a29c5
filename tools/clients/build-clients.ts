import { execFile } from 'node:child_process';
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { buildConsole } from '../../infra/console/build-console.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The folder of the TypeScript client. */
export const CLIENT = join(ROOT, 'clients/typescript');

/** The folder of the console. */
export const CONSOLE = join(ROOT, 'clients/console');

/** The options for a bundle of the client: ESM for browsers, React Native and Node.js 20. */
export const BUNDLE = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
} satisfies BuildOptions;

/** Builds clients/typescript/dist: a bundle for each entry of its package, and their declarations. @throws Error if a type is wrong */
export async function buildClients(): Promise<void> {
  const dist = join(CLIENT, 'dist');
  await rm(dist, { recursive: true, force: true });
  await build({
    ...BUNDLE,
    entryPoints: ['index', 'testing'].map((name) => join(CLIENT, 'src', `${name}.ts`)),
    outdir: dist,
    // Both entries need the same class of errors.
    splitting: true,
    chunkNames: 'shared-[hash]',
  });
  await compile(join(CLIENT, 'tsconfig.declarations.json'));
  // The compiler leaves the extension of the sources in the imports of declarations.
  for await (const file of glob(join(dist, '*.d.ts'))) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
}

/**
 * Builds clients/console/dist: the files of the console, at the addresses that they have below the API.
 *
 * @returns the bytes of all files as they are sent, compressed
 * @throws Error if a type is wrong
 */
export async function buildConsoleFiles(): Promise<number> {
  await compile(join(CONSOLE, 'tsconfig.json'));
  const dist = join(CONSOLE, 'dist');
  await rm(dist, { recursive: true, force: true });
  await mkdir(join(dist, 'console'), { recursive: true });
  let sent = 0;
  for (const [name, { gzip }] of Object.entries(await buildConsole())) {
    const compressed = Buffer.from(gzip, 'base64');
    sent += compressed.length;
    await writeFile(join(dist, name === 'index.html' ? name : `console/${name}`), gunzipSync(compressed));
  }
  return sent;
}

/** Runs the TypeScript compiler with a project. @throws Error with its report, if a type is wrong */
async function compile(project: string): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', project], { cwd: ROOT });
  } catch (error) {
    const report = error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : '';
    throw new Error(report === '' ? `${project} was not compiled` : report, { cause: error });
  }
}
