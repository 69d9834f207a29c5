import { readFile } from 'node:fs/promises';
import { createRequire, SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../../../infra/packaging/bundle.ts';
import type { MappedBundle } from '../cold/profile/origin.ts';
import { withWorkspace } from '../packaged-functions.ts';
import type { mintOn } from './bundled-mint.ts';

/** The loaded bundle. */
export interface MintBundle {
  readonly mintOn: typeof mintOn;
  readonly mapped: MappedBundle;
}

const ENTRY = fileURLToPath(new URL('./bundled-mint.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Bundles a module with the options of packaging, and with a source map beside it, which a deployed function does without. */
export async function bundleAsDeployed(entry: string, outfile: string): Promise<MappedBundle> {
  const sourcemap = { sourcemap: 'external', sourcesContent: false } as const;
  await build({ ...bundleOptions, ...sourcemap, entryPoints: [entry], outfile, logLevel: 'silent' });
  const map = new SourceMap(JSON.parse(await readFile(`${outfile}.map`, 'utf8')) as SourceMapPayload);
  return { path: outfile, map, root: ROOT };
}

/** Bundles the mint function, and loads it into this process. */
export async function loadMintBundle(): Promise<MintBundle> {
  return withWorkspace(async (directory) => {
    const mapped = await bundleAsDeployed(ENTRY, join(directory, 'mint.cjs'));
    const loaded = createRequire(import.meta.url)(mapped.path) as Pick<MintBundle, 'mintOn'>;
    return { mintOn: loaded.mintOn, mapped };
  });
}
