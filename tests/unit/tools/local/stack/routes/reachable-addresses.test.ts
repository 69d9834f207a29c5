import { expect, test } from '@jest/globals';
import { reachedAt } from '../../../../../../tools/local/stack/routes/description.ts';
import { withReachableAddresses } from '../../../../../../tools/local/stack/routes/reachable-addresses.ts';

const DOCUMENT_ENGINE = 'http://127.0.0.1:4749';

const answered = async (host: unknown, result: unknown): Promise<unknown> =>
  withReachableAddresses(() => Promise.resolve(result))('mintToken', { headers: { host } });

const token = (documentEngine: string) => ({
  jwt: 'eyJ',
  serverUrl: documentEngine,
  documentUrl: `${documentEngine}/api/1/documents/a`,
});

test.each([
  ['10.0.2.2:4747', 'http://10.0.2.2:4749'],
  ['192.168.1.20:4747', 'http://192.168.1.20:4749'],
  ['127.0.0.1:4747', DOCUMENT_ENGINE],
  ['evil.example', DOCUMENT_ENGINE],
])('A client that calls the API at %s gets %s as the serverUrl', async (host, documentEngine) => {
  for (const shape of [(it: object) => it, (it: object) => ({ results: [it, it] })]) {
    const result = {
      statusCode: 201,
      headers: { etag: 'a' },
      body: JSON.stringify(shape(token(DOCUMENT_ENGINE))),
    };
    const expected = { ...result, body: JSON.stringify(shape(token(documentEngine))) };
    expect(await answered(host, result)).toEqual(expected);
  }
});

test('A text that quotes an address stays as it is', async () => {
  const body = JSON.stringify({ detail: `"serverUrl":"${DOCUMENT_ENGINE}"`, name: DOCUMENT_ENGINE });
  expect(await answered('10.0.2.2', { statusCode: 400, body })).toEqual({ statusCode: 400, body });
});

test.each([undefined, 'text', { statusCode: 204 }, { isAuthorized: true }])(
  'The result %j stays as it is',
  async (result) => {
    expect(await answered('10.0.2.2', result)).toEqual(result);
    expect(await answered(undefined, result)).toEqual(result);
  },
);

test('A description has the addresses that its reader can use, the one name of the issuer, and the console on this machine', () => {
  const described = {
    api: 'http://127.0.0.1:4747',
    issuer: 'http://127.0.0.1:4748',
    console: 'http://127.0.0.1:4747/console',
    tokenEndpoint: 'http://127.0.0.1:4748/token',
    documentEngine: DOCUMENT_ENGINE,
    documentEngineKind: 'stand-in' as const,
    signingKey: { kid: 'k', alg: 'ES256', publicKey: 'PEM' },
    callers: {},
    documents: [],
  };
  expect(reachedAt('10.0.2.2:4747', described)).toEqual({
    ...described,
    api: 'http://10.0.2.2:4747',
    tokenEndpoint: 'http://10.0.2.2:4748/token',
    documentEngine: 'http://10.0.2.2:4749',
  });
  expect(reachedAt('localhost:4747', described)).toEqual(described);
});
