import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { TokenRefusedError, type RefusalReason } from '../../../lib/issuers/index.ts';
import { verifyCallerToken } from '../../../lib/issuers/verify-caller-token.ts';
import { IssuerInMemory, unsigned, type CallerTokenSpec } from '../../support/issuers/issuer-in-memory.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';

let one: IssuerInMemory;
let other: IssuerInMemory;
const clock = new ManualClock();

beforeAll(async () => {
  one = await IssuerInMemory.create('one', clock);
  other = await IssuerInMemory.create('other', clock, { audience: ['other-app'] });
});

const verify = (authorization: string) =>
  verifyCallerToken(authorization, [one.withKeys(), other.withKeys()], clock);

/** Names the reason for which a token is refused; `accepted` if it is not. */
async function outcome(authorization: string): Promise<RefusalReason | 'accepted'> {
  try {
    await verify(authorization);
    return 'accepted';
  } catch (error) {
    if (error instanceof TokenRefusedError) return error.reason;
    throw error;
  }
}

const signed = async (spec: CallerTokenSpec): Promise<RefusalReason | 'accepted'> =>
  outcome(`Bearer ${await one.sign(spec)}`);

describe('a token of one of several issuers', () => {
  test('is accepted under the name of its issuer', async () => {
    const [mine, theirs] = [await one.sign(), await other.sign()];

    expect(await verify(`Bearer ${mine}`)).toEqual({
      token: mine,
      issuer: expect.objectContaining({ name: 'one' }),
    });
    expect(await verify(theirs)).toEqual({
      token: theirs,
      issuer: expect.objectContaining({ name: 'other' }),
    });
  });

  test.each(['JWT', 'at+jwt', 'application/at+jwt', 'AT+JWT'])('may have the type %s', async (typ) => {
    expect(await signed({ header: { typ } })).toBe('accepted');
  });

  test('is for one audience of several, or for its client without an audience', async () => {
    expect(await signed({ claims: { aud: ['https://api.example', 'layermint'] } })).toBe('accepted');
    expect(await signed({ claims: { aud: undefined, client_id: 'layermint' } })).toBe('accepted');
    expect(await signed({ claims: { aud: undefined, azp: 'layermint' } })).toBe('accepted');
  });

  test('of an issuer with the algorithm EdDSA is accepted under both of its names', async () => {
    const edwards = await IssuerInMemory.create('edwards', clock, { algorithms: ['EdDSA', 'Ed25519'] });
    const issuers = [edwards.withKeys()];
    for (const alg of ['EdDSA', 'Ed25519']) {
      const token = await edwards.sign({ header: { alg } });
      expect(await verifyCallerToken(token, issuers, clock)).toMatchObject({ token });
    }
  });
});

describe('a forged token is refused', () => {
  const claims = () => ({ iss: one.trusted.issuer, aud: 'layermint', sub: 'alice', exp: NOON + 60 });

  test('with the algorithm none', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      expect(await outcome(unsigned({ alg, kid: 'one-key' }, claims()))).toBe('algorithm-not-allowed');
      expect(await outcome(unsigned({ alg, kid: 'one-key' }, claims(), ''))).toBe('not-one-bearer-token');
    }
  });

  test("with HS256 and the issuer's public key as the secret", async () => {
    const { publicKey } = one;
    const imported = await importJWK(publicKey, 'ES256');
    const pem = await exportSPKI(imported as Parameters<typeof exportSPKI>[0]);
    for (const secret of [pem, pem.trim(), JSON.stringify(publicKey), publicKey.x ?? '']) {
      const [header, payload] = unsigned({ alg: 'HS256', kid: 'one-key' }, claims()).split('.');
      const mac = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
      expect(await outcome(`${header}.${payload}.${mac}`)).toBe('algorithm-not-allowed');
    }
  });

  test('with an algorithm that the issuer does not use, though its key could', async () => {
    const rsa = { ...one.trusted, algorithms: ['RS256' as const] };
    const issuers = [{ ...one.withKeys(), ...rsa }];
    await expect(verifyCallerToken(await one.sign(), issuers, clock)).rejects.toMatchObject({
      reason: 'algorithm-not-allowed',
    });
  });

  test('with the key of another kind than the algorithm', async () => {
    const both = await IssuerInMemory.create('both', clock, {
      algorithms: ['ES256', 'ES384', 'RS256', 'PS256'],
    });
    for (const alg of ['ES384', 'RS256', 'PS256']) {
      const [, payload, signature] = (await both.sign()).split('.');
      const header = Buffer.from(JSON.stringify({ alg, kid: 'both-key' })).toString('base64url');
      await expect(
        verifyCallerToken(`${header}.${payload}.${signature}`, [both.withKeys()], clock),
      ).rejects.toMatchObject({ reason: 'unknown-key' });
    }
  });

  test('that one issuer signed in the name of another', async () => {
    const inTheirName = { iss: other.trusted.issuer, aud: 'other-app' };
    expect(await signed({ claims: inTheirName })).toBe('unknown-key');
    expect(await signed({ claims: inTheirName, header: { kid: 'other-key' } })).toBe('wrong-signature');
  });

  test("that is meant for another issuer's audience", async () => {
    expect(await signed({ claims: { aud: 'other-app' } })).toBe('wrong-audience');
    expect(await signed({ claims: { aud: ['other-app', 'third'] } })).toBe('wrong-audience');
    expect(await signed({ claims: { aud: ['other-app', 'layermint'] } })).toBe('accepted');
  });

  test.each([
    ['a list', () => [one.trusted.issuer]],
    ['a number', () => 1],
    ['an object', () => ({ 0: one.trusted.issuer })],
    ['missing', () => undefined],
    ['with a slash at its end', () => `${one.trusted.issuer}/`],
    ['in upper case', () => one.trusted.issuer.toUpperCase()],
    ['with a letter that looks the same', () => one.trusted.issuer.replace('o', 'о')],
    ['an object’s inherited member', () => '__proto__'],
  ])('if its issuer is %s', async (_what, iss) => {
    expect(await signed({ claims: { iss: iss() } })).toMatch(/^(?:unknown-issuer|malformed)$/);
  });

  test.each([
    ['a key in its header', { jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } }],
    ['the address of a key set in its header', { jku: 'https://attacker.example/keys' }],
    ['the address of a certificate in its header', { x5u: 'https://attacker.example/certificate' }],
    ['a certificate in its header', { x5c: ['MIIB'] }],
  ])('signed by a stranger, with %s, and nothing is fetched from there', async (_what, header) => {
    const { privateKey } = await generateKeyPair('ES256');
    const before = one.requests.length;
    expect(await signed({ header, key: privateKey })).toBe('wrong-signature');
    expect(await signed({ header: { ...header, kid: 'of-the-stranger' }, key: privateKey })).toBe(
      'unknown-key',
    );
    for (const url of one.requests.slice(before)) expect(url).toMatch(/^https:\/\/one\.example\.com\//);
  });

  test('with critical parameters, an unencoded payload, or the type of another kind of token', async () => {
    const [, payload, signature] = (await one.sign()).split('.');
    for (const more of [
      { crit: ['b64'], b64: false },
      { crit: ['exp'], exp: 1 },
      { crit: [] },
      { b64: true },
      { typ: 'logout+jwt' },
      { typ: 'dpop+jwt' },
      { typ: 7 },
    ]) {
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'one-key', ...more })).toString(
        'base64url',
      );
      expect(await outcome(`${header}.${payload}.${signature}`)).toMatch(
        /^(?:header-not-allowed|malformed)$/,
      );
    }
  });

  test('without a kid, or with one that is no text', async () => {
    for (const kid of [undefined, '', 7, ['one-key'], 'k'.repeat(513)]) {
      const token = unsigned({ alg: 'ES256', kid }, claims());
      expect([kid, await outcome(token)]).toEqual([kid, 'no-kid']);
    }
  });

  test('if one character of it is changed', async () => {
    const [header = '', , signature = ''] = (await one.sign()).split('.');
    const payload = Buffer.from(JSON.stringify({ ...claims(), sub: 'mallory' })).toString('base64url');
    expect(await outcome(`${header}.${payload}.${signature}`)).toBe('wrong-signature');
  });

  test('if it is no token, is one of two, or is longer than any request to API Gateway', async () => {
    const token = await one.sign();
    for (const header of [
      '',
      'Bearer',
      'Basic YTpi',
      `${token},${token}`,
      `Bearer ${token}, Bearer ${token}`,
      `${token}.x`,
    ])
      expect([header, await outcome(header)]).toEqual([header, 'not-one-bearer-token']);
    expect(await outcome(`Bearer ${'a'.repeat(10_240)}.a.a`)).toBe('too-long');
    expect(await outcome('e30.W10.c2ln')).toBe('malformed');
    expect(await outcome('bm8.e30.c2ln')).toBe('malformed');
  });
});

test('a token that names a broken key of its issuer is refused: anybody could cause a 500 by it', async () => {
  const broken = await IssuerInMemory.create('broken', clock, { algorithms: ['ES256', 'EdDSA'] });
  const x = Buffer.alloc(32, 1).toString('base64url');
  broken.publish(
    { kty: 'EC', crv: 'P-256', x, y: x, kid: 'k' },
    { kty: 'OKP', crv: 'Ed25519', x: 'AA', kid: 'k' },
  );
  for (const alg of ['ES256', 'EdDSA']) {
    const token = unsigned({ alg, kid: 'k' }, { iss: broken.trusted.issuer, exp: NOON + 60 });
    await expect(verifyCallerToken(token, [broken.withKeys()], clock)).rejects.toMatchObject({
      reason: 'unusable-key',
    });
  }
});

describe('the times of a token are read with a tolerance of 30 seconds', () => {
  test.each<[string, Readonly<Record<string, unknown>>, RefusalReason | 'accepted']>([
    ['expired 29 seconds ago', { exp: NOON - 29 }, 'accepted'],
    ['expired 30 seconds ago', { exp: NOON - 30 }, 'expired'],
    ['valid in 30 seconds', { nbf: NOON + 30 }, 'accepted'],
    ['valid in 31 seconds', { nbf: NOON + 31 }, 'not-yet-valid'],
    ['issued in 30 seconds', { iat: NOON + 30 }, 'accepted'],
    ['issued in 31 seconds', { iat: NOON + 31 }, 'issued-in-the-future'],
    ['without a time of issue', { iat: undefined }, 'accepted'],
    ['without an expiry', { exp: undefined }, 'malformed-claim'],
    ['with an expiry that is a text', { exp: String(NOON + 60) }, 'malformed-claim'],
    ['with an expiry that is null', { exp: null }, 'malformed-claim'],
    ['with a time of issue that is a text', { iat: String(NOON) }, 'malformed-claim'],
    ['with a start that is a text', { nbf: String(NOON) }, 'malformed-claim'],
  ])('%s', async (_what, claims, expected) => {
    expect(await signed({ claims })).toBe(expected);
  });
});

test('a signature of the right key over a token without the issuer’s claims is refused', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'one-key' }).sign(privateKey);
  expect(await outcome(token)).toBe('unknown-issuer');
});
