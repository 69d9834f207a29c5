import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { compactVerify } from 'jose';
import * as z from 'zod';
import { bundleOptions } from '../../../infra/packaging/bundle.ts';
import { ALGORITHMS } from '../../../lib/signing-keys/index.ts';
import { pairFor, spki } from '../../support/signing-keys/keys.ts';

/** A program that signs by our sources: a token alone and 100 at once, with each algorithm. */
const PROGRAM = `
  import { createPrivateKey, createPublicKey } from 'node:crypto';
  import { signingKeyOf, signJwt } from './lib/signing-keys/index.ts';

  const made = [];
  for (const [alg, pem] of JSON.parse(process.env.KEYS)) {
    const privateKey = createPrivateKey(pem);
    const key = signingKeyOf({ kid: 'k', alg, privateKey, publicKey: createPublicKey(pem) });
    const alone = await signJwt({ jti: 'alone' }, key);
    const batch = await Promise.all(Array.from({ length: 100 }, (_, jti) => signJwt({ jti }, key)));
    let early = false;
    const further = signJwt({ jti: 'early' }, key).then(() => (early = true));
    // The end of another thread's work begins a turn of the event loop.
    for (let tick = 0; tick < 9; tick += 1) await new Promise((resume) => process.nextTick(resume));
    made.push({ alg, alone, batch, early });
    await further;
  }
  console.log(JSON.stringify(made));
`;

const Made = z.array(
  z.object({ alg: z.string(), alone: z.string(), batch: z.array(z.string()), early: z.boolean() }),
);

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-signatures-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Bundles a program as a function, to a module that may wait at its top. */
async function bundled(program: string, name: string): Promise<string> {
  const outfile = join(directory, `${name}.mjs`);
  const stdin = { contents: program, resolveDir: process.cwd(), loader: 'ts' as const };
  await build({ ...bundleOptions, format: 'esm', stdin, outfile, logLevel: 'silent' });
  return outfile;
}

describe('A bundle that signs', () => {
  const pairs = ALGORITHMS.map((alg) => [alg, pairFor(alg)] as const);
  let output: { readonly stdout: string; readonly stderr: string };

  beforeAll(async () => {
    const keys = pairs.map(([alg, { privateKey }]) => [
      alg,
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ]);
    // Also warnings that Node.js will show later: each would be a line in the log of a function.
    output = await promisify(execFile)(
      process.execPath,
      ['--pending-deprecation', await bundled(PROGRAM, 'signing')],
      { env: { KEYS: JSON.stringify(keys) } },
    );
  });

  test.each(pairs)('makes tokens that jose verifies, with %s', async (alg, { publicKey }) => {
    const made = Made.parse(JSON.parse(output.stdout)).find((it) => it.alg === alg);
    const jtis: unknown[] = [];
    for (const jwt of [made?.alone ?? '', ...(made?.batch ?? [])]) {
      const { payload } = await compactVerify(jwt, createPublicKey(spki(publicKey)), { algorithms: [alg] });
      jtis.push(z.object({ jti: z.unknown() }).parse(JSON.parse(Buffer.from(payload).toString())).jti);
    }

    expect(jtis).toEqual(['alone', ...Array.from({ length: 100 }, (_, jti) => jti)]);
  });

  test('makes an ES256 signature in its own thread, and no other', () => {
    expect(Made.parse(JSON.parse(output.stdout)).map(({ alg, early }) => [alg, early])).toEqual(
      ALGORITHMS.map((alg) => [alg, alg === 'ES256']),
    );
  });

  test('gives no warning, now or in the next version of Node.js', () => {
    expect(output.stderr).toBe('');
  });
});

describe('A bundle is refused if jose', () => {
  const SIGNING = 'jose/dist/webapi/lib/jws_sign.js';
  const ENCODING = 'jose/dist/webapi/util/base64url.js';

  test.each([
    [
      'signs by other means',
      SIGNING,
      'export const sign = (key, data) => subtle.sign(key, data);',
      'crypto.subtle.sign',
    ],
    ['signs at two places', SIGNING, 'crypto.subtle.sign(1); crypto.subtle.sign(2);', 'crypto.subtle.sign'],
    [
      'encodes by other means',
      ENCODING,
      'export const encode = (bytes) => bytes.toBase64();',
      'encodeBase64',
    ],
    ['encodes at two places', ENCODING, 'encodeBase64(1, true); encodeBase64(2, true);', 'encodeBase64'],
  ])('%s, as nobody has looked at them', async (_, module, code, call) => {
    const path = join(directory, module);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);

    await expect(bundled(`import '${path}';`, 'refused')).rejects.toThrow(
      `${basename(path)}:0:0: ERROR: [plugin: signatures-of-jose] jose must call ${call}(…) once in this module`,
    );
  });
});
