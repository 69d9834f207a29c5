import { describe, expect, test } from '@jest/globals';
import { verify, webcrypto, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { importEs256Key, subtleSign } from '../../../../lib/signing-keys/es256/subtle-sign.ts';
import { size } from '../../../support/jest/suites.ts';
import { ecPair, rsaPair } from '../../../support/signing-keys/keys.ts';

const { subtle } = webcrypto;

const ES256 = { name: 'ECDSA', hash: 'SHA-256' };
const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

const { privateKey, publicKey } = ecPair();
const key = importEs256Key(privateKey);

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text));

function isOf(signature: ArrayBuffer, text: string, of: KeyObject = publicKey): boolean {
  const raw = new Uint8Array(signature);
  return verify('sha256', Buffer.from(text), { key: of, dsaEncoding: 'ieee-p1363' }, raw);
}

/** Tells if a call is done within this turn of the event loop. Work of another thread never is: its end begins a turn. */
async function isMadeInThisThread(call: () => Promise<unknown>): Promise<boolean> {
  let isDone = false;
  const done = call().then(() => (isDone = true));
  for (let tick = 0; tick < 5; tick += 1)
    await new Promise<void>((resume) => {
      process.nextTick(resume);
    });
  const isDoneEarly = isDone;
  await done;
  return isDoneEarly;
}

/** A key that WebCrypto holds, but with which OpenSSL signs nothing. */
const brokenKey = (): webcrypto.CryptoKey =>
  importEs256Key({
    toCryptoKey: () => privateKey.toCryptoKey(P256, false, ['sign']),
  } as unknown as KeyObject);

describe('An imported ES256 key', () => {
  test('signs as WebCrypto does: WebCrypto verifies it', async () => {
    const verifying = publicKey.toCryptoKey(P256, true, ['verify']);
    const signature = await subtleSign(ES256, key, bytes('Ärmel'));

    expect(signature).toBeInstanceOf(ArrayBuffer);
    expect(await subtle.verify(ES256, verifying, signature, bytes('Ärmel'))).toBe(true);
    expect(await subtle.verify(ES256, verifying, signature, bytes('Armel'))).toBe(false);
  });

  test('cannot be exported by whoever holds it', async () => {
    expect(key.extractable).toBe(false);
    await expect(subtle.exportKey('pkcs8', key)).rejects.toMatchObject({ name: 'InvalidAccessError' });
    expect(key.usages).toEqual(['sign']);
  });

  test.each([
    ['on another curve', ecPair('secp384r1').privateKey],
    ['of RSA', rsaPair().privateKey],
    ['that is public', publicKey],
  ])('cannot be one %s', (_, other) => {
    expect(() => importEs256Key(other)).toThrow();
  });
});

describe('Signatures of an imported ES256 key', () => {
  const ask = (text: string) => subtleSign(ES256, key, bytes(text));

  test('are made in this thread, one after the other', async () => {
    const oneByOne = async (): Promise<void> => {
      for (const text of ['one', 'two', 'three']) await ask(text);
    };

    expect(await isMadeInThisThread(oneByOne)).toBe(true);
  });

  test('are made by the thread pool if several are asked for at once, except for the first', async () => {
    expect(await isMadeInThisThread(() => Promise.race([ask('one'), ask('two')]))).toBe(true);
    expect(await isMadeInThisThread(() => [ask('one'), ask('two')][1] ?? Promise.resolve())).toBe(false);
    expect(await isMadeInThisThread(() => ask('three'))).toBe(true);
  });

  test('belong each to its text and its key, in any order', async () => {
    const pairs = [ecPair(), ecPair(), ecPair()];
    const keys = pairs.map((pair) => importEs256Key(pair.privateKey));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: fc.string(), which: fc.nat(2), turns: fc.nat(4) }), { maxLength: 200 }),
        async (asked) => {
          const signatures = await Promise.all(
            asked.map(async ({ text, which, turns }) => {
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
              return subtleSign(ES256, keys[which] ?? key, bytes(text));
            }),
          );
          for (const [index, { text, which }] of asked.entries())
            expect(isOf(signatures[index] ?? new ArrayBuffer(0), text, pairs[which]?.publicKey)).toBe(true);
        },
      ),
      { numRuns: size(10, 200) },
    );
  });

  test('are 200 at once, each of its own text', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    const signatures = await Promise.all(texts.map((text) => subtleSign(ES256, key, bytes(text))));

    expect(signatures.map((signature, index) => isOf(signature, `text ${index}`))).toEqual(
      texts.map(() => true),
    );
  });

  test('fail alone: one that cannot be made rejects its own promise, and no other', async () => {
    const outcomes = await Promise.allSettled([
      subtleSign(ES256, key, bytes('first')),
      subtleSign(ES256, brokenKey(), bytes('broken')),
      subtleSign(ES256, key, bytes('last')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

test('A text cannot be exchanged after it was asked for: the signature is of the text at that time', async () => {
  const text = bytes('user_id: alice');
  // The first is signed in this thread, the others by the thread pool.
  const asked = Array.from({ length: 20 }, () => subtleSign(ES256, key, text));
  text.set(bytes('user_id: admin'));

  for (const signature of await Promise.all(asked)) expect(isOf(signature, 'user_id: alice')).toBe(true);
});

describe('WebCrypto itself makes', () => {
  const rsa = rsaPair();
  const p521 = ecPair('secp521r1');
  const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const P521 = { name: 'ECDSA', namedCurve: 'P-521' };

  test.each([
    ['ES256 with a key imported elsewhere', ES256, P256, ecPair()],
    ['RS256', RS256, RS256, rsa],
    ['ES512', { name: 'ECDSA', hash: 'SHA-512' }, P521, p521],
    ['P-521 with SHA-256', ES256, P521, p521],
  ])('%s', async (_, algorithm, imported, pair) => {
    const signing = pair.privateKey.toCryptoKey(imported, false, ['sign']);
    const verifying = pair.publicKey.toCryptoKey(imported, false, ['verify']);
    const signature = await subtleSign(algorithm, signing, bytes('text'));

    expect(await subtle.verify(algorithm, verifying, signature, bytes('text'))).toBe(true);
    expect(await isMadeInThisThread(() => subtleSign(algorithm, signing, bytes('text')))).toBe(false);
  });

  test.each([
    ['another hash', { name: 'ECDSA', hash: 'SHA-384' }],
    ['a hash as an object', { name: 'ECDSA', hash: { name: 'SHA-256' } }],
  ])('a signature of an imported ES256 key with %s', async (_, algorithm) => {
    const verifying = publicKey.toCryptoKey(P256, false, ['verify']);
    const signature = await subtleSign(algorithm, key, bytes('text'));

    expect(await subtle.verify(algorithm, verifying, signature, bytes('text'))).toBe(true);
    expect(await isMadeInThisThread(() => subtleSign(algorithm, key, bytes('text')))).toBe(false);
  });

  test('one of data in another form', async () => {
    expect(isOf(await subtleSign(ES256, key, new DataView(bytes('text').buffer)), 'text')).toBe(true);
  });

  test.each([
    ['An algorithm cannot be confused: an EC key signs no RSA', RS256, key],
    ['An algorithm by its name alone has no hash', 'ECDSA', key],
    ['A key that may only verify signs nothing', ES256, publicKey.toCryptoKey(P256, true, ['verify'])],
  ])('its refusal. %s', async (_, algorithm, with_) => {
    await expect(subtleSign(algorithm, with_, bytes('text'))).rejects.toThrow();
  });
});
