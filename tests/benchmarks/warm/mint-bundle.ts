import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleAsDeployed } from '../cold/profile/mapped-bundle.ts';
import type { MappedBundle } from '../cold/profile/origin.ts';
import { withWorkspace } from '../packaged-functions.ts';
import type { mintOn } from './bundled-mint.ts';

/** The loaded bundle. */
export interface MintBundle {
  readonly mintOn: typeof mintOn;
  readonly mapped: MappedBundle;
}

const ENTRY = fileURLToPath(new URL('./bundled-mint.ts', import.meta.url));

/** Bundles the mint function, and loads it into this process. */
export async function loadMintBundle(): Promise<MintBundle> {
  return withWorkspace(async (directory) => {
    const mapped = await bundleAsDeployed(ENTRY, join(directory, 'mint.cjs'));
    const loaded = createRequire(import.meta.url)(mapped.path) as Pick<MintBundle, 'mintOn'>;
    return { mintOn: loaded.mintOn, mapped };
  });
}
