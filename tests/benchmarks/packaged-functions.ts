import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from '../../infra/packaging/bundle.ts';

/** Calls `use` with an empty directory that is removed afterwards. */
export async function withWorkspace<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'layermint-bench-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Bundles the mint function as it is deployed. @returns the path of the bundle, where Lambda has it too */
export async function bundleMint(directory: string): Promise<string> {
  const bundle = join(directory, 'functions', 'mint.cjs');
  await bundleFunction(fileURLToPath(new URL('../../functions/mint.ts', import.meta.url)), bundle);
  return bundle;
}
