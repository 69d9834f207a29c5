import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { ApiResult } from '../../../../../lib/http/routes/route.ts';
import { parseEnvironment } from '../../../../../lib/runtime/environment.ts';
import { environment, handlerOf } from '../../../../../lib/wiring/get-console.ts';
import { apiEvent, lambdaContext } from '../../../../support/http/events.ts';

const compressed = (text: string): string => gzipSync(text).toString('base64');

const FILES = {
  'index.html': { type: 'text/html; charset=utf-8', gzip: compressed('<!doctype html>') },
  'console-1a.js': { type: 'text/javascript; charset=utf-8', gzip: compressed('render()') },
};

const VARIABLES = {
  LOG_LEVEL: 'error',
  STAGE: 'prod',
  ISSUER: 'https://identity.example.com/pool',
  CONSOLE_CLIENT_ID: 'a-client',
  CONSOLE_SCOPES: '["openid"]',
  CONSOLE_TOKEN_USE: 'access',
  AUDIT_LOG_REGION: 'eu-central-1',
  AUDIT_LOG_GROUP_NAME: '/layermint/prod/audit',
};

/** Asks for the page, or for a file of it. */
async function ask(
  file?: string,
  {
    method = 'GET',
    headers = {},
    variables = {},
  }: {
    method?: string;
    headers?: Record<string, string>;
    variables?: Record<string, string>;
  } = {},
): Promise<ApiResult> {
  const handler = handlerOf(parseEnvironment(environment, { ...VARIABLES, ...variables }), FILES);
  const route = `${method} /console${file === undefined ? '' : '/{file}'}`;
  const pathParameters = file === undefined ? {} : { pathParameters: { file } };
  return handler({ ...apiEvent({ route, claims: null, headers }), ...pathParameters }, lambdaContext());
}

const policyOf = ({ headers }: ApiResult): string => String(headers?.['content-security-policy']);

describe('GET /console', () => {
  test('answers the page, which a browser asks for again each time', async () => {
    const answer = await ask();
    expect(answer).toMatchObject({ statusCode: 200, body: '<!doctype html>' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
    });
  });

  test('answers 304 to a browser that has the page, with the same policy', async () => {
    const etag = String((await ask()).headers?.['etag']);
    const answer = await ask(undefined, { headers: { 'if-none-match': etag } });
    expect(answer.statusCode).toBe(304);
    expect(policyOf(answer)).toContain("default-src 'none'");
  });

  test('answers HEAD without the page', async () => {
    const { body, statusCode } = await ask(undefined, { method: 'HEAD' });
    expect([statusCode, body]).toEqual([200, undefined]);
  });

  test.each([
    ['gzip, br', true],
    ['br, *;q=0.1', true],
    ['GZIP;q=0.5', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['br', false],
    ['', false],
  ])('is compressed for a client that reads gzip: %s', async (accepted, isCompressed) => {
    const answer = await ask(undefined, { headers: { 'accept-encoding': accepted } });
    expect(answer.headers?.['content-encoding']).toBe(isCompressed ? 'gzip' : undefined);
    const body = answer.isBase64Encoded
      ? gunzipSync(Buffer.from(answer.body ?? '', 'base64')).toString()
      : answer.body;
    expect(body).toBe('<!doctype html>');
  });
});

describe('GET /console/{file}', () => {
  test('answers a file that caches keep for a year', async () => {
    const answer = await ask('console-1a.js');
    expect(answer.body).toBe('render()');
    expect(answer.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable' });
  });

  test('answers the settings of a stage with one issuer, under the name of its host', async () => {
    const { body = '', headers } = await ask('config.json');
    expect(JSON.parse(body)).toEqual({
      stage: 'prod',
      issuers: [
        { name: 'identity.example.com', issuer: 'https://identity.example.com/pool', clientId: 'a-client' },
      ],
      scopes: ['openid'],
      tokenUse: 'access',
      auditLog: { region: 'eu-central-1', logGroup: '/layermint/prod/audit' },
    });
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'application/json' });
  });

  const issuer = { audience: 'layermint' };
  const ISSUERS = JSON.stringify([
    { ...issuer, name: 'one', issuer: 'https://one.example.com', userIdPrefix: '' },
    { ...issuer, name: 'two', issuer: 'https://two.example.com', userIdPrefix: 'two/' },
  ]);

  test('offers the issuers alone at which the console has a client', async () => {
    const variables = { ISSUERS, CONSOLE_CLIENT_ID: '{"two":"another-client"}' };
    const { body = '', ...answer } = await ask('config.json', { variables });
    expect(JSON.parse(body)).toMatchObject({
      issuers: [{ name: 'two', issuer: 'https://two.example.com', clientId: 'another-client' }],
    });
    expect(policyOf(answer)).not.toContain('one.example.com');
  });

  test.each([
    [
      'a client of an issuer that the stage does not have',
      { ISSUERS, CONSOLE_CLIENT_ID: '{"three":"x"}' },
      /three/,
    ],
    ['no client', { ISSUERS, CONSOLE_CLIENT_ID: '{}' }, /one issuer or more/],
    ['one client for several issuers', { ISSUERS, CONSOLE_CLIENT_ID: 'a-client' }, /client for each issuer/],
    ['clients by name with one issuer', { CONSOLE_CLIENT_ID: '{"one":"x"}' }, /one client/],
    ['a client id that is half JSON', { CONSOLE_CLIENT_ID: '{"one"' }, /id of a client/],
    ['a scope with a quote', { CONSOLE_SCOPES: '["a\\"b"]' }, /CONSOLE_SCOPES/],
  ])('is not deployed with %s', (_what, variables, fault) => {
    expect(() => parseEnvironment(environment, { ...VARIABLES, ...variables })).toThrow(fault);
  });

  test.each(['index.html', 'console-1b.js', '__proto__', 'constructor', '../index.html', ''])(
    'has no file %p: the page has one address, and no name reaches anything else',
    async (name) => {
      expect((await ask(name)).statusCode).toBe(404);
    },
  );
});

describe('The headers of every answer', () => {
  test.each([undefined, 'console-1a.js', 'config.json'])(
    'refuse framing, foreign scripts and HTML: %s',
    async (file) => {
      const answer = await ask(file);
      const policy = policyOf(answer).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self' https://identity.example.com",
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'",
          "trusted-types 'none'",
        ]),
      );
      expect(policyOf(answer)).not.toContain('unsafe');
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      });
    },
  );

  test('let the page connect to the origins of the stage', async () => {
    const answer = await ask(undefined, {
      variables: { CONSOLE_ORIGINS: '["https://sign-in.example.com"]' },
    });
    expect(policyOf(answer)).toContain(
      "connect-src 'self' https://identity.example.com https://sign-in.example.com;",
    );
  });
});
