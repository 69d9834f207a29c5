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
  /** Its source map, which a deployed function does without. */
  readonly mapped: MappedBundle;
}

const ENTRY = fileURLToPath(new URL('./bundled-mint.ts', import.meta.url));

/** Bundles the mint function with the options of packaging, and loads it into this process. */
export async function loadMintBundle(): Promise<MintBundle> {
  return withWorkspace(async (directory) => {
    const path = join(directory, 'mint.cjs');
    const sourcemap = { sourcemap: 'external', sourcesContent: false } as const;
    await build({ ...bundleOptions, ...sourcemap, entryPoints: [ENTRY], outfile: path, logLevel: 'silent' });
    const map = new SourceMap(JSON.parse(await readFile(`${path}.map`, 'utf8')) as SourceMapPayload);
    const loaded = createRequire(import.meta.url)(path) as Pick<MintBundle, 'mintOn'>;
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    return { mintOn: loaded.mintOn, mapped: { path, map, root } };
  });
}
