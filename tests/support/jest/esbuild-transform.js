import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { transformSync, version } from 'esbuild';

const OPTIONS = { loader: 'ts', format: 'esm', target: 'node24', sourcemap: 'external' };

/** Jest transform: TypeScript to ESM with the bundler that production uses. */
export default {
  process(source, file) {
    // jest reads the source's name as a URL. With a path in its place, a "#" in a folder's name would end it.
    const { code, map } = transformSync(source, { ...OPTIONS, sourcefile: pathToFileURL(file).href });
    return { code, map };
  },

  /** Names a result in jest's cache, which outlives a change of this transform. */
  getCacheKey(source, file) {
    return createHash('sha256')
      .update(JSON.stringify([version, OPTIONS, 'url', file, source]))
      .digest('hex');
  },
};
