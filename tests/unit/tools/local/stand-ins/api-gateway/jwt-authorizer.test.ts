import { describe, expect, jest, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import {
  functions,
  issuer,
  logged,
  NOW_SECONDS,
  send,
  useGateway,
} from '../../../../../support/api-gateway/gateway-under-test.ts';
import { type RawResponse } from '../../../../../support/http/raw-http.ts';
import { type TokenSpec } from '../../../../../support/identity/token-issuer.ts';

useGateway();

describe('The JWT authorizer', () => {
  const call = async (
    authorization: string | string[] | undefined,
    path = '/v1/tokens',
  ): Promise<RawResponse> =>
    send({
      method: path === '/v1/tokens' ? 'POST' : 'GET',
      path,
      headers: authorization === undefined ? {} : { Authorization: authorization },
    });
  const callWith = async (spec?: TokenSpec, path?: string): Promise<RawResponse> =>
    call(`Bearer ${await issuer.sign(spec)}`, path);

  test('hands the verified claims to the function, each as one string', async () => {
    const claims = {
      'cognito:groups': ['a b', 'c'],
      email_verified: true,
      level: 3,
      address: { street: 'x', city: 'y' },
      nothing: null,
    };
    expect(await callWith({ claims })).toMatchObject({ status: 204 });
    expect(functions.calls[0]?.event.requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer.url,
          aud: 'layermint',
          sub: 'alice',
          iat: String(NOW_SECONDS),
          exp: String(NOW_SECONDS + 3600),
          'cognito:groups': '[a b c]',
          email_verified: 'true',
          level: '3',
          address: 'map[city:y street:x]',
          nothing: '<nil>',
        },
        scopes: null,
      },
    });
  });

  test('accepts the token with or without the Bearer prefix', async () => {
    const token = await issuer.sign();
    expect(await call(token)).toMatchObject({ status: 204 });
    expect(await call(`bearer ${token}`)).toMatchObject({ status: 204 });
  });

  test('uses client_id as the audience only if there is no aud', async () => {
    expect(await callWith({ claims: { aud: undefined, client_id: 'layermint' } })).toMatchObject({
      status: 204,
    });
    expect(await callWith({ claims: { aud: 'other', client_id: 'layermint' } })).toMatchObject({
      status: 401,
    });
    expect(await callWith({ claims: { aud: ['other', 'layermint'] } })).toMatchObject({ status: 204 });
  });

  test('asks for a token if the request has none', async () => {
    const answer = await call(undefined);
    expect(answer).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Bearer',
      'content-type': 'application/json',
    });
    expect(functions.calls).toEqual([]);
  });

  const refusals: [string, TokenSpec, string][] = [
    ['expired', { claims: { exp: NOW_SECONDS } }, 'the token has expired'],
    ['without an expiry', { claims: { exp: undefined } }, 'the exp claim is not valid'],
    ['not valid yet', { claims: { nbf: NOW_SECONDS + 60 } }, 'the nbf claim is not valid'],
    ['issued in the future', { claims: { iat: NOW_SECONDS + 60 } }, 'the token is issued in the future'],
    ['of another issuer', { claims: { iss: 'https://other' } }, 'the token does not have a valid issuer'],
    ['for another audience', { claims: { aud: 'other' } }, 'the token does not have a valid audience'],
    ['for no audience', { claims: { aud: undefined } }, 'the token does not have a valid audience'],
    ['without a kid', { header: { kid: undefined } }, 'the token header has no kid'],
    ['with an unknown kid', { header: { kid: 'x' } }, 'no key of the issuer has the kid of the token'],
  ];
  test.each(refusals)('refuses a token %s, and says why', async (_, spec, description) => {
    const answer = await callWith(spec);
    expect(answer).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer scope="" error="invalid_token" error_description="${description}"`,
    );
    expect(functions.calls).toEqual([]);
  });

  test('refuses every algorithm except RSA PKCS#1, even with a published key of the issuer', async () => {
    await issuer.addKey('ES256');
    await issuer.addKey('PS256');
    expect(await callWith({ alg: 'ES256' })).toMatchObject({ status: 401 });
    expect(await callWith({ alg: 'PS256' })).toMatchObject({ status: 401 });
    expect(functions.calls).toEqual([]);
  });

  test('refuses an unsigned token, and a token with a changed signature or content', async () => {
    const token = await issuer.sign();
    const [header = '', , signature = ''] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...decodeJwt(token), sub: 'mallory' })).toString(
      'base64url',
    );
    const unsigned = new UnsecuredJWT(decodeJwt(token)).encode();
    const shared = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'HS256' })
      .sign(Buffer.from('a secret that anybody may know'));
    for (const forged of [
      `${header}.${payload}.${signature}`,
      `${token.slice(0, -8)}AAAAAAAA`,
      unsigned,
      shared,
    ]) {
      expect(await call(`Bearer ${forged}`)).toMatchObject({ status: 401 });
    }
    expect(functions.calls).toEqual([]);
  });

  test('refuses everything but a single token', async () => {
    const token = await issuer.sign();
    for (const source of ['Bearer', 'Bearer x', `Basic ${token}`, [`Bearer ${token}`, `Bearer ${token}`]]) {
      expect(await call(source)).toMatchObject({ status: 401 });
    }
    expect(functions.calls).toEqual([]);
  });

  test('fetches the keys again for an unknown kid', async () => {
    expect(await callWith()).toMatchObject({ status: 204 });
    await issuer.addKey('RS512');
    expect(await callWith({ alg: 'RS512' })).toMatchObject({ status: 204 });
  });

  test('keeps the keys of the issuer, and asks for nothing at the next request', async () => {
    expect(await callWith()).toMatchObject({ status: 204 });
    const fetched = jest.spyOn(globalThis, 'fetch');
    try {
      expect(await callWith()).toMatchObject({ status: 204 });
      expect(fetched).not.toHaveBeenCalled();
    } finally {
      fetched.mockRestore();
    }
  });

  test('requires one of the scopes of the route', async () => {
    const answer = await callWith({ claims: { scope: 'grants/reader grants' } }, '/v1/scoped');
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer scope="grants\/read grants\/admin" error="insufficient_scope"/,
    );
    expect(functions.calls).toEqual([]);

    expect(await callWith({ claims: { scope: 'openid grants/admin' } }, '/v1/scoped')).toMatchObject({
      status: 204,
    });
    expect(functions.calls[0]?.event.requestContext.authorizer).toHaveProperty('jwt.scopes', [
      'openid',
      'grants/admin',
    ]);
    expect(await callWith({ claims: { scp: ['grants/read'] } }, '/v1/scoped')).toMatchObject({ status: 204 });
  });

  test('logs the reason of a refusal', async () => {
    await call(`Bearer ${await issuer.sign({ claims: { exp: NOW_SECONDS } })}`);
    expect(logged).toContain('refused by the authorizer');
    expect(logged).toContain('the token has expired');
  });

  test('logs neither tokens nor queries', async () => {
    const token = await issuer.sign();
    await call(`Bearer ${token}`);
    await send({ path: '/short?jwt=secret-query' });
    expect(logged).toContain('/v1/tokens');
    expect(logged).not.toContain(token);
    expect(logged).not.toContain('secret-query');
  });
});
