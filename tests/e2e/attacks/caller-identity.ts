import { describe, expect, test } from '@jest/globals';
import { createHmac, createPublicKey } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import * as z from 'zod';
import { ROUTES } from '../../../lib/http/routes/catalogue.ts';
import {
  CONTRACT,
  expectRefused,
  foreign,
  jwtIn,
  mint,
  open,
  seconds,
  send,
  signed,
  stack,
  tokenOf,
} from '../../support/local-stack/stack-under-attack.ts';

describe('impersonation of a caller', () => {
  /** Fetches the issuer's public key, which anybody can do. */
  async function publishedKey(): Promise<{ kid: string; pem: string; modulus: Buffer }> {
    const response = await fetch(`${stack.issuer}/jwks`);
    const Jwk = z.object({ kty: z.string(), kid: z.string(), n: z.string(), e: z.string() });
    const { keys } = z.object({ keys: z.tuple([Jwk]) }).parse(await response.json());
    const { kid, ...key } = keys[0];
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    return { kid, pem, modulus: Buffer.from(key.n, 'base64url') };
  }

  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = (): object => ({
    iss: stack.issuer,
    aud: 'layermint',
    sub: 'alice',
    iat: seconds(),
    exp: seconds() + 3600,
  });
  const withHmac = (kid: string, secret: string | Buffer): string => {
    const input = `${encode({ alg: 'HS256', kid })}.${encode(claims())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';

  const forgeries: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['an expired one', () => signed({ sub: 'alice', iat: seconds() - 7200, exp: seconds() - 1 })],
    ['one without an expiry', () => signed({ sub: 'alice', exp: undefined })],
    ['one that is not valid yet', () => signed({ sub: 'alice', nbf: seconds() + 600 })],
    ['one by another issuer in its own name', () => foreign.sign()],
    [
      'one by another issuer with the name and kid of the right one',
      () => foreign.sign({ claims: { iss: stack.issuer }, header: { kid: kidOf(tokenOf('alice')) } }),
    ],
    ['one that names another issuer', () => signed({ sub: 'alice', iss: foreign.url })],
    ['one for another audience', () => signed({ sub: 'alice', aud: 'another-app' })],
    ['one for nobody', () => signed({ sub: 'alice', aud: undefined })],
    ['one without a kid', () => signed({ sub: 'alice' }, { kid: undefined })],
    ['alg none', () => `${encode({ alg: 'none', kid: kidOf(tokenOf('alice')) })}.${encode(claims())}.`],
    ['alg nOnE', () => `${encode({ alg: 'nOnE', kid: kidOf(tokenOf('alice')) })}.${encode(claims())}.e30`],
    [
      'HS256 with the PEM of the issuer’s public key as the secret',
      async () => {
        const { kid, pem } = await publishedKey();
        return withHmac(kid, pem);
      },
    ],
    [
      'HS256 with the modulus of the issuer’s public key as the secret',
      async () => {
        const { kid, modulus } = await publishedKey();
        return withHmac(kid, modulus);
      },
    ],
    [
      'one with its own key in the header',
      () =>
        foreign.sign({
          claims: { iss: stack.issuer },
          header: { kid: kidOf(tokenOf('alice')), jku: `${foreign.url}/jwks`, x5u: `${foreign.url}/jwks` },
        }),
    ],
    [
      'one with a kid that points to another server',
      () => foreign.sign({ claims: { iss: stack.issuer }, header: { kid: `${foreign.url}/jwks` } }),
    ],
    [
      'a changed one with the old signature',
      () => {
        const [header = '', , signature = ''] = tokenOf('mallory').split('.');
        return `${header}.${encode(claims())}.${signature}`;
      },
    ],
    ['a Document Engine token', async () => jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT }))],
  ];

  test.each(forgeries)('with an invalid token: %s', async (_, forge) => {
    expectRefused(await mint(await forge(), { documentId: CONTRACT }), 401);
  });

  test('without a token, on every route except the public ones', async () => {
    const PUBLIC = ['/health', '/.well-known/jwks.json', '/console', '/console/{file}'];
    for (const { key } of Object.values(ROUTES)) {
      const [method = '', template = ''] = key.split(' ');
      if (PUBLIC.includes(template)) continue;
      const path = template.replace(/\{\w+\}/, CONTRACT);
      const answer = await send({
        method,
        path,
        ...((method === 'POST' || method === 'PUT') && { body: { documentId: CONTRACT } }),
      });
      expectRefused(answer, 401);
      expect([path, answer.headers['www-authenticate']]).toEqual([path, expect.stringContaining('Bearer')]);
    }
  });

  test('with a token anywhere except in the Authorization header', async () => {
    const token = tokenOf('alice');
    const body = { documentId: CONTRACT };
    expectRefused(await send({ path: `/v1/tokens?access_token=${token}&jwt=${token}`, body }), 401);
    expectRefused(await send({ headers: { cookie: `Authorization=Bearer ${token}` }, body }), 401);
    expectRefused(await send({ headers: { 'x-authorization': `Bearer ${token}` }, body }), 401);
    expectRefused(await send({ body: { ...body, access_token: token } }), 401);
  });

  test('with the user headers of a proxy', async () => {
    const headers = {
      'x-amzn-oidc-identity': 'alice',
      'x-forwarded-user': 'alice',
      'x-user-id': 'alice',
      'x-apigateway-event': JSON.stringify({
        requestContext: { authorizer: { jwt: { claims: { sub: 'alice' } } } },
      }),
    };
    expectRefused(await send({ headers, body: { documentId: CONTRACT } }), 401);
    const jwt = jwtIn(await send({ token: tokenOf('carol'), headers, body: { documentId: CONTRACT } }));
    expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'carol' });
  });

  test.each(['', 'Bearer', 'Bearer null', 'Basic YWxpY2U6YWxpY2U=', 'Token token="alice"'])(
    'with the header Authorization: %j',
    async (authorization) => {
      expectRefused(await send({ headers: { authorization }, body: { documentId: CONTRACT } }), 401);
    },
  );

  test('with a verified token that has no valid user id', async () => {
    for (const sub of [
      '',
      'a\u0000b',
      'x'.repeat(513),
      7,
      ['alice'],
      { id: 'alice' },
      true,
      null,
      undefined,
    ]) {
      const answer = await mint(await signed({ sub }), { documentId: CONTRACT });
      expectRefused(answer, 403);
      expect(answer.body).toContain('urn:layermint:problem:caller-not-identified');
    }
  });
});

describe('acting for another user', () => {
  test('onBehalfOf without the scope, or with a similar one', async () => {
    const body = { documentId: CONTRACT, onBehalfOf: { userId: 'alice' } };
    for (const scope of [
      undefined,
      'openid',
      'layermint/on-behalf-of',
      'x/layermint/on-behalf',
      'LAYERMINT/ON-BEHALF',
    ])
      expectRefused(await mint(await signed({ sub: 'mallory', scope }), body), 403);
    for (const caller of ['alice', 'carol', 'mallory']) expectRefused(await mint(tokenOf(caller), body), 403);
  });

  test('onBehalfOf with the scope, to get the rights of the backend', async () => {
    const answer = await mint(tokenOf('backend'), {
      documentId: CONTRACT,
      onBehalfOf: { userId: 'mallory' },
    });
    expectRefused(answer, 403);
    const jwt = jwtIn(
      await mint(tokenOf('backend'), {
        documentId: CONTRACT,
        onBehalfOf: { userId: 'carol', name: 'Alice Archer' },
      }),
    );
    expect(await open(jwt, CONTRACT)).toMatchObject({
      userId: 'carol',
      permissions: ['read-document', 'cover-image'],
    });
  });

  test('a batch with one entry for another user', async () => {
    const own = { documentId: CONTRACT };
    const requests = [own, { ...own, onBehalfOf: { userId: 'alice' } }];
    const answer = await send({ token: tokenOf('carol'), path: '/v1/tokens/batch', body: { requests } });
    for (const [, jwt = ''] of answer.body.matchAll(/"jwt":"([^"]+)"/g)) {
      expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'carol' });
    }
    expect(answer.body).not.toContain('"userId":"alice"');
  });
});
