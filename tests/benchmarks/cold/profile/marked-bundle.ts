import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleOptions } from '../../../../infra/packaging/bundle.ts';
import { bundleAsDeployed, ROOT } from './mapped-bundle.ts';
import type { MappedBundle } from './origin.ts';

/** The global function that each module of a marked bundle calls with its number before anything else. */
export const MARK = '__evaluating';

/** A bundle whose modules tell when their evaluation begins. */
export interface MarkedBundle extends MappedBundle {
  /** The paths of its modules, relative to the root. A module calls {@link MARK} with its index. */
  readonly modules: readonly string[];
}

/**
 * Bundles a function as it is deployed, but with a source map beside it, and with a mark at the beginning of each ES module. esbuild
 * puts all modules into one scope, so that a profile alone cannot tell whose statements run.
 *
 * @param entry - the path of the function's source
 * @param outfile - the path of the bundle
 */
export async function bundleMarked(entry: string, outfile: string): Promise<MarkedBundle> {
  const options = { ...bundleOptions, absWorkingDir: ROOT, entryPoints: [entry], outfile };
  const { metafile } = await build({ ...options, metafile: true as const, write: false, logLevel: 'silent' });
  const modules = modulesOf(metafile);
  return { ...(await bundleAsDeployed(entry, outfile, [marking(modules)])), modules };
}

/** Lists the ES modules in a bundle. A statement before a CommonJS module's own would end its strict mode. */
function modulesOf({ inputs }: Metafile): string[] {
  return Object.entries(inputs)
    .filter(([path, { format }]) => format === 'esm' && /\.[cm]?[jt]s$/.test(path))
    .map(([path]) => path);
}

function marking(modules: readonly string[]): Plugin {
  const numbers = new Map(modules.map((path, number) => [path, number]));
  return {
    name: 'marking',
    setup: (bundling) => {
      bundling.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
        const number = numbers.get(relative(ROOT, path));
        if (number === undefined) return undefined;
        // On the first line, so that all lines of the source keep their numbers.
        const contents = `${MARK}(${number});${await readFile(path, 'utf8')}`;
        return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
      });
    },
  };
}
