import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../../../infra/packaging/bundle.ts';
import type { MappedBundle } from './origin.ts';

/** The project's root, without a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Bundles a module with the options of packaging, and with a source map beside it, which a deployed function does without.
 *
 * @param entry - the path of the module
 * @param outfile - the path of the bundle
 * @param plugins - of esbuild, after those of packaging
 */
export async function bundleAsDeployed(
  entry: string,
  outfile: string,
  plugins: readonly Plugin[] = [],
): Promise<MappedBundle> {
  await build({
    ...bundleOptions,
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    plugins: [...bundleOptions.plugins, ...plugins],
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'silent',
  });
  const map = new SourceMap(JSON.parse(await readFile(`${outfile}.map`, 'utf8')) as SourceMapPayload);
  return { path: outfile, map, root: ROOT };
}
