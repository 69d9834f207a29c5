import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import type { Clock } from '../../lib/runtime/clock.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import type { HttpApiEvent } from '../../tools/local/stand-ins/api-gateway/event.ts';
import { startGateway } from '../../tools/local/stand-ins/api-gateway/gateway.ts';
import type { HttpServer } from '../../tools/local/stand-ins/api-gateway/http-server.ts';
import { httpApiOf } from '../../tools/local/stack/service/http-api.ts';
import { ServiceConfig } from '../../tools/local/stack/service/service-config.ts';
import { type RawRequest, type RawResponse, sendRaw } from '../support/http/raw-http.ts';
import { startTokenIssuer, type TokenIssuer, type TokenSpec } from '../support/identity/token-issuer.ts';

const NOW = Date.parse('2026-11-24T10:20:30.456Z');
const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };
const seconds = Math.floor(NOW / 1000);

let issuer: TokenIssuer;
let gateway: HttpServer;
let gatewayWithCors: HttpServer;
let logged = '';
/** What the functions were called with, in order. */
let calls: { readonly functionName: string; readonly event: HttpApiEvent }[] = [];
/** What the functions answer. */
let respond: () => unknown;

beforeAll(async () => {
  issuer = await startTokenIssuer('layermint', () => NOW);
  gateway = await start(false);
  gatewayWithCors = await start({
    allowedOrigins: ['https://app.example.com', 'capacitor://*'],
    allowedHeaders: ['Authorization', 'Content-Type'],
    allowedMethods: ['GET', 'POST'],
    exposedResponseHeaders: ['Retry-After', 'WWW-Authenticate'],
    maxAge: 600,
  });
});

afterAll(async () => {
  await Promise.all([gateway.close(), gatewayWithCors.close(), issuer.close()]);
});

beforeEach(() => {
  calls = [];
  logged = '';
  respond = () => ({ statusCode: 204 });
});

/** A service as `osls print --format json` resolves it. */
function start(cors: unknown): Promise<HttpServer> {
  const route = (method: string, path: string, authorizer?: unknown): unknown => ({
    httpApi: { method, path, ...(authorizer !== undefined && { authorizer }) },
  });
  const handler = 'functions/any.handler';
  const config = ServiceConfig.parse({
    provider: {
      httpApi: {
        cors,
        authorizers: {
          caller: {
            type: 'jwt',
            identitySource: '$request.header.Authorization',
            issuerUrl: issuer.url,
            audience: 'layermint',
          },
        },
      },
    },
    functions: {
      tokens: {
        handler,
        events: [
          route('POST', '/v1/tokens', { name: 'caller' }),
          route('GET', '/v1/scoped', { name: 'caller', scopes: ['grants/read', 'grants/admin'] }),
        ],
      },
      documents: { handler, events: [route('GET', '/v1/documents/{documentId}/grants')] },
      greedy: { handler, events: [route('ANY', '/v1/{rest+}'), route('*', '/v1/documents/shared/grants')] },
      short: { handler, events: [{ httpApi: 'get /short' }] },
      fallback: { handler, events: [{ httpApi: '*' }] },
      sweeper: { handler, events: [{ schedule: 'rate(1 minute)' }] },
    },
  });
  return startGateway({
    port: 0,
    api: httpApiOf(config),
    clock,
    log: createLogger('debug', (line) => {
      logged += line;
    }),
    invoke: async (functionName, event) => {
      calls.push({ functionName, event: event as HttpApiEvent });
      return Promise.resolve(respond());
    },
  });
}

const send = (request: RawRequest): Promise<RawResponse> => sendRaw(gateway.url, request);

async function eventOf(request: RawRequest): Promise<HttpApiEvent> {
  await send(request);
  const [call] = calls;
  if (call === undefined) throw new Error('No function was called');
  return call.event;
}

async function functionFor(method: string, path: string): Promise<string | undefined> {
  calls = [];
  await send({ method, path });
  return calls[0]?.functionName;
}

describe('Routing', () => {
  test('takes the most specific path that has the method', async () => {
    expect(await functionFor('GET', '/v1/documents/a/grants')).toBe('documents');
    expect(await functionFor('GET', '/v1/documents/shared/grants')).toBe('greedy');
    expect(await functionFor('PUT', '/v1/documents/a/grants')).toBe('greedy');
    expect(await functionFor('GET', '/v1/anything/else')).toBe('greedy');
    expect(await functionFor('GET', '/short')).toBe('short');
  });

  test('leaves to $default what no route takes', async () => {
    expect(await functionFor('GET', '/')).toBe('fallback');
    expect(await functionFor('POST', '/short')).toBe('fallback');
    expect(await functionFor('HEAD', '/short')).toBe('fallback');
    expect(await functionFor('OPTIONS', '/short')).toBe('fallback');
    expect(await functionFor('GET', '/short/')).toBe('fallback');
    expect(await functionFor('GET', '/v1')).toBe('fallback');
  });

  test('fills path parameters, greedy ones with slashes', async () => {
    expect(await eventOf({ path: '/v1/documents/contract%2D2026/grants' })).toMatchObject({
      routeKey: 'GET /v1/documents/{documentId}/grants',
      pathParameters: { documentId: 'contract-2026' },
    });
    calls = [];
    expect(await eventOf({ path: '/v1/a/b/c' })).toMatchObject({ pathParameters: { rest: 'a/b/c' } });
    calls = [];
    expect(await eventOf({ path: '/short' })).not.toHaveProperty('pathParameters');
  });

  test('decodes the path before it matches, so an encoded slash separates', async () => {
    expect(await eventOf({ path: '/v1/documents/a%2Fb/grants' })).toMatchObject({
      routeKey: 'ANY /v1/{rest+}',
      rawPath: '/v1/documents/a/b/grants',
      requestContext: { http: { path: '/v1/documents/a/b/grants' } },
    });
  });

  test('refuses a path whose percent-encoding is broken', async () => {
    expect(await send({ path: '/v1/%E0%A4%A' })).toMatchObject({
      status: 400,
      body: '{"message":"Bad Request"}',
    });
    expect(calls).toEqual([]);
  });
});

describe('The event', () => {
  test('is of payload format 2.0', async () => {
    const event = await eventOf({ path: '/short?a=1', headers: { 'User-Agent': 'tests' } });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /short',
      rawPath: '/short',
      rawQueryString: 'a=1',
      isBase64Encoded: false,
      requestContext: {
        http: {
          method: 'GET',
          path: '/short',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests',
        },
        domainName: '127.0.0.1',
        routeKey: 'GET /short',
        stage: '$default',
        time: '24/Nov/2026:10:20:30 +0000',
        timeEpoch: NOW,
      },
    });
    expect(event.requestContext.requestId).toMatch(/./);
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('cookies');
  });

  test('joins repeated headers with commas under lower-case names', async () => {
    const event = await eventOf({ path: '/', headers: { 'X-Many': ['one', 'two'], ACCEPT: 'a, b' } });
    expect(event.headers).toMatchObject({ 'x-many': 'one,two', accept: 'a, b' });
  });

  test('has cookies in a field of their own', async () => {
    const event = await eventOf({ path: '/', headers: { Cookie: 'a=1; b=2' } });
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test('has the query as sent, and its parameters decoded and joined', async () => {
    const event = await eventOf({ path: '/?group=a%20b&group=c+d&everyone&x=%2C' });
    expect(event.rawQueryString).toBe('group=a%20b&group=c+d&everyone&x=%2C');
    expect(event.queryStringParameters).toEqual({ group: 'a b,c d', everyone: '', x: ',' });
    calls = [];
    expect(await eventOf({ path: '/' })).toMatchObject({ rawQueryString: '' });
    expect(calls[0]?.event).not.toHaveProperty('queryStringParameters');
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/merge-patch+json',
  ])('has a body of type %s as text', async (type) => {
    const event = await eventOf({
      method: 'POST',
      path: '/',
      headers: { 'content-type': type },
      body: '{"ä":1}',
    });
    expect(event).toMatchObject({ body: '{"ä":1}', isBase64Encoded: false });
  });

  test.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'image/png'])(
    'has a body of type %s in base64',
    async (type) => {
      const body = Buffer.from([0, 255, 128]);
      const event = await eventOf({ method: 'POST', path: '/', headers: { 'content-type': type }, body });
      expect(event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
    },
  );

  test('is not sent for a body over 10 MB', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1, 'a');
    const answer = await send({ method: 'POST', path: '/', headers: { 'content-type': 'text/plain' }, body });
    expect(answer).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
    expect(calls).toEqual([]);
  });

  test('is not sent for a request whose headers are over 10 240 bytes', async () => {
    expect(await send({ path: '/', headers: { 'x-long': 'a'.repeat(10_240) } })).toMatchObject({
      status: 431,
    });
    expect(calls).toEqual([]);
  });
});

describe('The answer', () => {
  test('is what the function returned', async () => {
    respond = () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'application/problem+json', 'X-Count': 3 },
      cookies: ['a=1; Secure', 'b=2'],
      body: '{"ok":true}',
    });
    const answer = await send({ path: '/' });
    expect(answer).toMatchObject({ status: 201, cookies: ['a=1; Secure', 'b=2'], body: '{"ok":true}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-count': '3' });
    expect(answer.headers['apigw-requestid']).toBe(calls[0]?.event.requestContext.requestId);
  });

  test('is decoded where the function encoded it', async () => {
    respond = () => ({ statusCode: 200, body: Buffer.from('äö').toString('base64'), isBase64Encoded: true });
    expect(await send({ path: '/' })).toMatchObject({ status: 200, body: 'äö' });
  });

  test('is JSON with status 200 where the function returned no response', async () => {
    respond = () => ({ plain: 'object' });
    const answer = await send({ path: '/' });
    expect(answer).toMatchObject({ status: 200, body: '{"plain":"object"}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  test('to HEAD has no body', async () => {
    respond = () => ({ statusCode: 404, body: 'nothing here' });
    expect(await send({ method: 'HEAD', path: '/' })).toMatchObject({ status: 404, body: '' });
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new Error('a detail nobody may see');
      },
    ],
    ['returns a status that is none', () => ({ statusCode: 'created' })],
    ['returns a body that is no text', () => ({ statusCode: 200, body: { a: 1 } })],
  ])('is a bare 500 where the function %s', async (_, answer) => {
    respond = answer;
    expect(await send({ path: '/' })).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
    });
  });
});

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
    expect(calls[0]?.event.requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer.url,
          aud: 'layermint',
          sub: 'alice',
          iat: String(seconds),
          exp: String(seconds + 3600),
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

  test('takes the token with or without the Bearer prefix', async () => {
    const token = await issuer.sign();
    expect(await call(token)).toMatchObject({ status: 204 });
    expect(await call(`bearer ${token}`)).toMatchObject({ status: 204 });
  });

  test('takes client_id for the audience only where there is no aud', async () => {
    expect(await callWith({ claims: { aud: undefined, client_id: 'layermint' } })).toMatchObject({
      status: 204,
    });
    expect(await callWith({ claims: { aud: 'other', client_id: 'layermint' } })).toMatchObject({
      status: 401,
    });
    expect(await callWith({ claims: { aud: ['other', 'layermint'] } })).toMatchObject({ status: 204 });
  });

  test('asks for a token where there is none', async () => {
    const answer = await call(undefined);
    expect(answer).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Bearer',
      'content-type': 'application/json',
    });
    expect(calls).toEqual([]);
  });

  const refusals: [string, TokenSpec, string][] = [
    ['expired', { claims: { exp: seconds } }, 'the token has expired'],
    ['without an expiry', { claims: { exp: undefined } }, 'the exp claim is not valid'],
    ['not valid yet', { claims: { nbf: seconds + 60 } }, 'the nbf claim is not valid'],
    ['issued in the future', { claims: { iat: seconds + 60 } }, 'the token is issued in the future'],
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
    expect(calls).toEqual([]);
  });

  test('refuses every algorithm that is not RSA PKCS#1, even under keys the issuer publishes', async () => {
    await issuer.addKey('ES256');
    await issuer.addKey('PS256');
    expect(await callWith({ alg: 'ES256' })).toMatchObject({ status: 401 });
    expect(await callWith({ alg: 'PS256' })).toMatchObject({ status: 401 });
    expect(calls).toEqual([]);
  });

  test('refuses a token whose signature or content was changed, and one that is not signed', async () => {
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
    expect(calls).toEqual([]);
  });

  test('refuses what is no single token', async () => {
    const token = await issuer.sign();
    for (const source of ['Bearer', 'Bearer x', `Basic ${token}`, [`Bearer ${token}`, `Bearer ${token}`]]) {
      expect(await call(source)).toMatchObject({ status: 401 });
    }
    expect(calls).toEqual([]);
  });

  test('fetches the keys again for a kid it does not know', async () => {
    expect(await callWith()).toMatchObject({ status: 204 });
    await issuer.addKey('RS512');
    expect(await callWith({ alg: 'RS512' })).toMatchObject({ status: 204 });
  });

  test('wants one of the scopes of the route', async () => {
    const answer = await callWith({ claims: { scope: 'grants/reader grants' } }, '/v1/scoped');
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer scope="grants\/read grants\/admin" error="insufficient_scope"/,
    );
    expect(calls).toEqual([]);

    expect(await callWith({ claims: { scope: 'openid grants/admin' } }, '/v1/scoped')).toMatchObject({
      status: 204,
    });
    expect(calls[0]?.event.requestContext.authorizer?.jwt.scopes).toEqual(['openid', 'grants/admin']);
    expect(await callWith({ claims: { scp: ['grants/read'] } }, '/v1/scoped')).toMatchObject({ status: 204 });
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

describe('CORS', () => {
  const origin = 'https://app.example.com';
  const preflight = (from: string, path = '/v1/tokens'): Promise<RawResponse> =>
    sendRaw(gatewayWithCors.url, {
      method: 'OPTIONS',
      path,
      headers: { Origin: from, 'Access-Control-Request-Method': 'POST' },
    });

  test('answers a preflight itself, without a token', async () => {
    const answer = await preflight(origin);
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'Authorization,Content-Type',
      'access-control-max-age': '600',
    });
    expect(calls).toEqual([]);
  });

  test('gives an origin that is not allowed no headers', async () => {
    const answer = await preflight('https://evil.example.com');
    expect(answer.status).toBe(204);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('takes every origin of a scheme that is allowed as a whole', async () => {
    expect((await preflight('capacitor://localhost')).headers).toMatchObject({
      'access-control-allow-origin': 'capacitor://localhost',
    });
  });

  test('adds its headers to every answer, the refusals of the authorizer too, over those of the function', async () => {
    respond = () => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': '*', 'Retry-After': '1' },
    });
    for (const path of ['/short', '/v1/scoped']) {
      const { headers } = await sendRaw(gatewayWithCors.url, { path, headers: { Origin: origin } });
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'Retry-After,WWW-Authenticate',
      });
    }
    const { headers } = await sendRaw(gatewayWithCors.url, { path: '/short' });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('is off unless configured: OPTIONS is a method like any other', async () => {
    const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
    const answer = await send({ method: 'OPTIONS', path: '/v1/tokens', headers });
    expect(calls[0]?.functionName).toBe('greedy');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
