import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as client from '../../../../clients/typescript/src/index.ts';
import * as testing from '../../../../clients/typescript/src/testing.ts';
import { BUNDLE, CLIENT } from '../../../../tools/clients/build-clients.ts';

/** Tells the bytes of a bundle that an application gets from some exports, minified and gzipped. */
async function gzipped(exports: string): Promise<number> {
  const { outputFiles } = await build({
    ...BUNDLE,
    write: false,
    stdin: { contents: `export ${exports} from './src/index.ts';`, resolveDir: CLIENT, loader: 'ts' },
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}

test.each([
  ['the token source', '{ createTokenSource, LayermintError }', 5900],
  ['the whole package', '*', 6700],
])('%s is small: %s', async (_, exports, most) => {
  expect(await gzipped(exports)).toBeLessThan(most);
});

test('Every export is shown in an example of the README', () => {
  const examples =
    readFileSync(`${CLIENT}/README.md`, 'utf8')
      .match(/```ts\n[^]*?```/g)
      ?.join('\n') ?? '';
  const missing = [...Object.keys(client), ...Object.keys(testing)].filter(
    (name) => !examples.includes(name),
  );
  expect(missing).toEqual([]);
});
