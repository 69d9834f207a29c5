import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const WEB_CRYPTO = 'crypto.subtle.sign(';
const OURS = fileURLToPath(new URL('../../lib/signing-keys/es256/subtle-sign.ts', import.meta.url));

/**
 * Lets jose sign by our `subtleSign` instead of `crypto.subtle.sign` in a bundle (docs/decisions/0013-signatures-in-bundles.md). The build
 * fails if jose's module does not make exactly one such call.
 */
export const signaturesOfJose: Plugin = {
  name: 'signatures-of-jose',
  setup(build) {
    build.onLoad({ filter: /[/\\]jose[/\\]dist[/\\]webapi[/\\]lib[/\\]jws_sign\.js$/ }, async ({ path }) => {
      const [before, after, ...more] = (await readFile(path, 'utf8')).split(WEB_CRYPTO);
      if (before === undefined || after === undefined || more.length > 0)
        return {
          errors: [{ text: `jose must call ${WEB_CRYPTO}…) once in this module`, location: { file: path } }],
        };
      return {
        contents: `import { subtleSign } from ${JSON.stringify(OURS)};\n${before}subtleSign(${after}`,
      };
    });
  },
};
