import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getHealthHandler } from '../../lib/http/routes/health/get-health.ts';
import { getKeysHandler } from '../../lib/http/routes/keys/get-keys.ts';
import { systemClock } from '../../lib/runtime/clock.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import type { HttpServer } from '../../tools/local/stand-ins/api-gateway/index.ts';
import { startDeployedApi } from '../support/api-gateway/deployed-api.ts';
import { sendRaw } from '../support/http/raw-http.ts';
import { publishedItem, publishedKey } from '../support/signing-keys/published-keys.ts';
import { MemoryTable } from '../support/table/memory-table.ts';

const APP = 'https://app.example.com';
const OTHER = 'https://other.example.com';
const KEYS = '/.well-known/jwks.json';

const log = createLogger('error', () => undefined);
const handlers = {
  getHealth: getHealthHandler('1.2.3', log),
  getKeys: getKeysHandler({
    table: new MemoryTable(publishedItem(publishedKey())),
    clock: systemClock,
    log,
  }),
};
let withOrigins: HttpServer;
let withoutOrigins: HttpServer;

beforeAll(async () => {
  [withOrigins, withoutOrigins] = await Promise.all([
    startDeployedApi({ handlers, corsOrigins: [APP] }),
    startDeployedApi({ handlers }),
  ]);
});

afterAll(async () => {
  await Promise.all([withOrigins.close(), withoutOrigins.close()]);
});

describe('the public routes', () => {
  test.each(['/health', KEYS])('%s answers GET, HEAD and a question for a change', async (path) => {
    const { url } = withoutOrigins;
    const got = await sendRaw(url, { path });
    const etag = got.headers['etag'] ?? '';

    expect(got.status).toBe(200);
    expect(await sendRaw(url, { method: 'HEAD', path })).toMatchObject({
      status: 200,
      body: '',
      headers: { etag, 'cache-control': got.headers['cache-control'], 'content-type': 'application/json' },
    });
    expect(await sendRaw(url, { path, headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      body: '',
      headers: { etag },
    });
  });

  test.each([APP, OTHER])(
    'the keys can be read by a page of %s if the stage has no corsOrigins',
    async (origin) => {
      const { headers } = await sendRaw(withoutOrigins.url, { path: KEYS, headers: { origin } });
      expect(headers).toMatchObject({ 'access-control-allow-origin': '*', vary: 'Origin' });
    },
  );

  test('the keys can be read by pages of corsOrigins alone if the stage has them', async () => {
    const [app, other] = await Promise.all(
      [APP, OTHER].map((origin) => sendRaw(withOrigins.url, { path: KEYS, headers: { origin } })),
    );
    expect(app?.headers).toMatchObject({ 'access-control-allow-origin': APP, vary: 'Origin' });
    expect(other?.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
