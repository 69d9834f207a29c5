import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secretTextOf } from '../../lib/runtime/secret-value.ts';
import {
  NoSigningKeyError,
  parseSigningKeySecret,
  readPublicKey,
  UnusableSigningKeyError,
} from '../../lib/signing-keys/index.ts';
import { FAULTS } from '../../lib/signing-keys/reading/advice.ts';
import { size } from '../support/jest/suites.ts';
import { ecPair, encryptedPkcs8, pkcs8, sec1, spki } from '../support/signing-keys/keys.ts';

const { privateKey, publicKey } = ecPair();
const keys = [pkcs8(privateKey), sec1(privateKey), spki(publicKey), encryptedPkcs8(privateKey)];
const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));

/** The words that a message has anyway, so that a value which has them too is not quoted. */
const WORDS = [
  ...Object.values(FAULTS),
  'ENCRYPTED PRIVATE KEY in block 1, EC PRIVATE KEY in "privateKey", PRIVATE KEY in block 1',
  '-----BEGIN PUBLIC KEY-----',
].join('\n');

/** A part of a key that somebody has pasted. */
const part = fc
  .tuple(fc.constantFrom(...keys, jwk), fc.nat(400), fc.nat(400))
  .map(([key, from, to]) => key.slice(from, from + to));

const piece = fc.oneof(
  part,
  fc.constantFrom(...keys, jwk),
  fc.constantFrom(
    '-----BEGIN ',
    '-----END ',
    'PRIVATE KEY-----',
    '{"privateKey":"',
    '"}',
    '[',
    '\\n',
    '\\',
    '"',
    "'",
    '\0',
    '\uFEFF',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.base64String({ maxLength: 80 }),
  fc.json({ maxDepth: 3 }),
);

const pasted = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));

/** A value in one of the wrappers that the reader opens. */
const value = fc.oneof(
  pasted,
  pasted.map((text) => JSON.stringify(text)),
  pasted.map((text) => Buffer.from(text).toString('base64')),
  fc
    .dictionary(fc.constantFrom('privateKey', 'kid', 'alg', 'state', 'kty', 'd', 'x'), pasted)
    .map((members) => JSON.stringify(members)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => secretTextOf({ SecretBinary: bytes })),
);

/** Lists the runs of eight characters of a value that a message quotes. */
function quoted(text: string, message: string): string[] {
  const runs = Array.from({ length: Math.max(0, text.length - 7) }, (_, start) =>
    text.slice(start, start + 8),
  );
  return runs.filter((run) => message.includes(run) && !WORDS.includes(run.trim()));
}

test('Any value is read or refused as a key, never with another error, and no message quotes eight characters of it', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (text) => {
      // A public key is read from the same, and never with an error.
      const fault = readPublicKey(text, 'ES256');
      expect(typeof fault === 'string' ? quoted(text, fault) : []).toEqual([]);
      const error: unknown = await parseSigningKeySecret(text, 'ES256').then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined || error instanceof NoSigningKeyError) return;
      expect(error).toBeInstanceOf(UnusableSigningKeyError);
      expect(error).not.toHaveProperty('cause');
      expect(quoted(text, error instanceof Error ? error.message : '')).toEqual([]);
    }),
    { numRuns: size(300, 3000) },
  );
});

/** Repeats a text to the length of the longest secret. */
const longest = (text: string): string => text.repeat(Math.ceil(65_536 / text.length)).slice(0, 65_536);

test.each([
  '-',
  ' ',
  '\n',
  '\\',
  '\\n',
  '"',
  '{',
  '[',
  '- ',
  '-BEGIN',
  '-BEGIN ',
  '-BEGIN A',
  'BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '-----END PRIVATE KEY-----',
  'PRIVATE ',
  'A',
  'A\n',
  '=',
  '\uFEFF',
  '\0',
  '{"a":',
  '{"kty":"EC","d":"',
  '0',
  'x.',
  'arn:',
])(
  'A value of 64 KB of %j, which would keep a reader that backtracks busy for minutes, is refused',
  async (text) => {
    for (const beginning of ['', '{', '"', '-']) {
      const refused = parseSigningKeySecret(beginning + longest(text), 'ES256');
      await expect(refused).rejects.toThrow(UnusableSigningKeyError);
    }
  },
);
