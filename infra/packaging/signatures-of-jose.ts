import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A call in a module of jose, and the function of ours that takes its place. */
interface Replaced {
  /** The path of the module. */
  readonly module: RegExp;
  readonly call: string;
  /** The name of the function, and the file that exports it, from lib/signing-keys. */
  readonly by: string;
  readonly from: string;
}

const REPLACED: readonly Replaced[] = [
  {
    module: /[/\\]jose[/\\]dist[/\\]webapi[/\\]lib[/\\]jws_sign\.js$/,
    call: 'crypto.subtle.sign(',
    by: 'subtleSign',
    from: 'es256/subtle-sign.ts',
  },
  {
    module: /[/\\]jose[/\\]dist[/\\]webapi[/\\]util[/\\]base64url\.js$/,
    call: 'encodeBase64(',
    by: 'base64url',
    from: 'es256/base64url.ts',
  },
];

/**
 * Lets jose sign and encode by functions of ours in a bundle (docs/decisions/0013-signatures-in-bundles.md). The build fails if a module
 * of jose does not make exactly one such call.
 */
export const signaturesOfJose: Plugin = {
  name: 'signatures-of-jose',
  setup(build) {
    for (const { module, call, by, from } of REPLACED) {
      const file = fileURLToPath(new URL(`../../lib/signing-keys/${from}`, import.meta.url));
      build.onLoad({ filter: module }, async ({ path }) => {
        const [before, after, ...more] = (await readFile(path, 'utf8')).split(call);
        if (before === undefined || after === undefined || more.length > 0)
          return {
            errors: [{ text: `jose must call ${call}…) once in this module`, location: { file: path } }],
          };
        return { contents: `import { ${by} } from ${JSON.stringify(file)};\n${before}${by}(${after}` };
      });
    }
  },
};
