import { afterEach, describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { EngineApi } from '../../../../../tools/local/real-document-engine/engine-api.ts';
import { examine } from '../../../../../tools/local/real-document-engine/examination.ts';
import {
  connectionDropped,
  jsonAnswer,
  listenOnLoopback,
  textAnswer,
  type HttpAnswer,
  type HttpHandler,
  type LoopbackServer,
} from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { answering, sendTo } from '../../../../support/document-engine/engine-exchange.ts';

const TOKEN = 'the-api-token-of-document-engine';
const URL_OF_ENGINE = 'http://127.0.0.1:5000';

const examineAt = async (handler: HttpHandler) => {
  const { send, received } = sendTo(handler);
  const failed: unknown = await examine(new EngineApi(URL_OF_ENGINE, TOKEN, send)).then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    message: failed instanceof Error ? failed.message : '',
    shown: inspect(failed, { depth: 9 }),
    received,
  };
};

const html = textAnswer(200, '<!doctype html>', { 'content-type': 'text/html' });

describe('a real Document Engine is examined', () => {
  const servers: LoopbackServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
  const listen = async (handler: HttpHandler): Promise<LoopbackServer> => {
    const server = await listenOnLoopback(handler);
    servers.push(server);
    return server;
  };

  test('and its version and current key are known then', async () => {
    const list = jsonAnswer(200, [
      { id: 3, expiresAt: '2030-01-01T00:00:00.000000Z' },
      { id: 7, expiresAt: null },
    ]);
    const { send } = sendTo(answering({ 'GET /api/secrets/jwt': list }, 'Document Engine/1.20.0'));
    expect(await examine(new EngineApi(URL_OF_ENGINE, TOKEN, send))).toEqual({
      version: '1.20.0',
      currentKey: 7,
    });
  });

  const redirect = (status: number): HttpAnswer => ({
    status,
    headers: { location: 'http://evil.example.com/path?x=1' },
    body: '',
  });

  test.each<[string, Record<string, HttpAnswer>, string | undefined, RegExp]>([
    [
      'another server',
      {},
      'nginx',
      /does not say that it is Document Engine, so it did not get the API token/,
    ],
    ['a web page', { 'GET /healthcheck': html }, 'nginx', /does not say that it is Document Engine/],
    [
      'a missing page',
      { 'GET /healthcheck': textAnswer(404, '') },
      'nginx',
      /answers 404\. Check that this is the base URL/,
    ],
    [
      'a Document Engine that starts',
      { 'GET /healthcheck': textAnswer(503, '') },
      undefined,
      /answers 503\. It is starting or faulty/,
    ],
    [
      'a redirect',
      { 'GET /healthcheck': redirect(301) },
      undefined,
      /redirects to http:\/\/evil\.example\.com \(301\)/,
    ],
    [
      'a redirect of the API',
      { 'GET /api/secrets/jwt': redirect(307) },
      undefined,
      /redirects to http:\/\/evil\.example\.com \(307\)/,
    ],
    [
      'a refused token',
      { 'GET /api/secrets/jwt': textAnswer(401, '') },
      undefined,
      /refuses the API token \(401\)/,
    ],
    [
      'a token refused as releases were seen to',
      { 'GET /api/secrets/jwt': textAnswer(403, '') },
      undefined,
      /refuses the API token \(403\)/,
    ],
    [
      'no database',
      { 'GET /api/secrets/jwt': textAnswer(403, 'needs [:persistent_db_storage]') },
      undefined,
      /runs without a database/,
    ],
    [
      'a failing API',
      { 'GET /api/secrets/jwt': textAnswer(500, TOKEN) },
      undefined,
      /GET \/api\/secrets\/jwt answers 500/,
    ],
    [
      'a web page in place of the list',
      { 'GET /api/secrets/jwt': html },
      undefined,
      /answers with a web page/,
    ],
    [
      'a list of another form',
      { 'GET /api/secrets/jwt': jsonAnswer(200, [{ key: TOKEN }]) },
      undefined,
      /another answer than documented/,
    ],
  ])('and %s is named, without the API token', async (_, answers, server, expected) => {
    const { message, shown } = await examineAt(answering(answers, server));
    expect(message).toMatch(expected);
    expect(shown).not.toContain(TOKEN);
  });

  test.each([
    ['nginx', {}],
    ['Document Engine/1.20.0', { 'GET /healthcheck': redirect(302) }],
    ['Document Engine/1.20.0', { 'GET /healthcheck': textAnswer(500, '') }],
  ])('A stranger at the address does not get the API token (%s)', async (server, answers) => {
    const { received } = await examineAt(answering(answers, server));
    expect(received.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test('The API token does not follow a redirect to another server', async () => {
    const caught: unknown[] = [];
    const thief = await listen((request) => {
      caught.push(request.headers);
      return Promise.resolve(jsonAnswer(200, [{ id: 1, expiresAt: null }]));
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const there = { status, headers: { location: `${thief.url}/api/secrets/jwt` }, body: '' };
      const engine = await listen(answering({ 'GET /api/secrets/jwt': there }));
      await expect(examine(new EngineApi(engine.url, TOKEN))).rejects.toThrow(
        `redirects to ${thief.url} (${status})`,
      );
    }
    expect(caught).toEqual([]);
  });

  test('A server that closes the connection, and none at all, are named without the API token', async () => {
    const { url } = await listen(({ path }) =>
      Promise.resolve(
        path === '/healthcheck'
          ? { status: 200, headers: { server: 'Document Engine/1.9.0' }, body: '' }
          : connectionDropped,
      ),
    );
    const dropped: unknown = await examine(new EngineApi(url, TOKEN)).catch((error: unknown) => error);
    expect(String(dropped)).toContain('cannot be reached (ECONNRESET)');
    await servers.pop()?.close();
    const refused: unknown = await examine(new EngineApi(url, TOKEN)).catch((error: unknown) => error);
    expect(String(refused)).toContain('nothing listens there (ECONNREFUSED)');
    expect(inspect([dropped, refused], { depth: 9 })).not.toContain(TOKEN);
  });

  test.each([
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, /NODE_EXTRA_CA_CERTS/],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, /NODE_EXTRA_CA_CERTS/],
    [{ code: 'ENOTFOUND' }, /the name of its host is unknown/],
    [{ name: 'TimeoutError' }, /does not answer within 20 seconds/],
    [{ name: 'Error' }, /cannot be reached/],
  ])('and the failure %j is put into words', async (failure, expected) => {
    const error = Object.assign(new Error(`about ${TOKEN}`), failure);
    const api = new EngineApi('https://engine.example.com', TOKEN, () => Promise.reject(error));
    await expect(examine(api)).rejects.toThrow(expected);
    await expect(examine(api)).rejects.toThrow(/^(?!.*the-api-token)/);
  });
});
