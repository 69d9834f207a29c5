import { transformSync } from 'esbuild';

/** Jest transform: TypeScript to ESM with the bundler that production uses. */
export default {
  process(source, file) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node24',
      sourcefile: file,
      sourcemap: 'external',
    });
    return { code, map };
  },
};
