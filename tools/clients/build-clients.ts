import { execFile } from 'node:child_process';
import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The folder of the TypeScript client. */
export const CLIENT = join(ROOT, 'clients/typescript');

/** The options for a bundle of the client: ESM for browsers, React Native and Node.js 20. */
export const BUNDLE = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
} satisfies BuildOptions;

/** Builds clients/typescript/dist: a bundle for each entry of its package, and their declarations. @throws Error */
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
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', join(CLIENT, 'tsconfig.declarations.json')]);
  // The compiler leaves the extension of the sources in the imports of declarations.
  for await (const file of glob(join(dist, '*.d.ts'))) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
}
