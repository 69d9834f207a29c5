import { describe, expect, test } from '@jest/globals';
import type { HttpResponse } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import {
  sampleAppRoutes,
  type MintRequest,
} from '../../../../../../tools/local/stand-ins/sample-apps/index.ts';

/** The mint requests so far, each with its user. */
const mints: (MintRequest & { readonly user: string })[] = [];

/** Bob can open everything, and Carol only the default layer of the contract. */
const route = sampleAppRoutes({
  users: ['bob', 'carol'],
  documents: [{ id: 'contract-2026', layers: [''] }],
  aliases: { 'instant-landing-page': 'contract-2026', 'construction-plan': 'floor-plan' },
  mint: (user, request) => {
    mints.push({ user, ...request });
    const { documentId, layer = '' } = request;
    if (user === 'carol' && (documentId !== 'contract-2026' || layer !== ''))
      return Promise.resolve({ minted: false, status: 403, message: 'No grant' });
    return Promise.resolve({
      minted: true,
      jwt: `${user} ${documentId}`,
      layer,
      serverUrl: 'http://127.0.0.1:4749',
    });
  },
});

const LINK = 'application/vnd.instant-example+json';

async function send(
  method: string,
  target: string,
  { user, body = '', host = '10.0.2.2:4747' }: { user?: string; body?: string; host?: string } = {},
): Promise<{ status: number | undefined; body: unknown; answer: HttpResponse | undefined }> {
  const answer = await route({
    method,
    target,
    protocol: 'HTTP/1.1',
    headers: [
      ['host', host],
      ['accept', LINK],
      ...(user === undefined
        ? []
        : [['authorization', `Basic ${Buffer.from(`${user}:any`).toString('base64')}`] as const]),
    ],
    body: Buffer.from(body),
    sourceIp: '127.0.0.1',
  });
  const text = answer?.body?.toString();
  return { status: answer?.status, body: text === undefined ? undefined : JSON.parse(text), answer };
}

describe('A user in the path', () => {
  test('signs in an app that follows a link and sends no login', async () => {
    expect(await send('GET', '/as/bob/d/contract-2026')).toMatchObject({
      status: 200,
      body: {
        jwt: 'bob contract-2026',
        serverUrl: 'http://10.0.2.2:4749',
        url: 'http://10.0.2.2:4747/as/bob/d/contract-2026',
      },
    });
  });

  test('replaces a login that an app has in its sources', async () => {
    const { status, body } = await send('POST', '/as/bob/api/construction-plan', {
      user: 'pspdfkit',
      body: '{"layers":["Review-1A"]}',
    });
    expect([status, body]).toMatchObject([
      200,
      { 'Review-1A': { jwt: 'bob floor-plan', url: 'http://10.0.2.2:4747/as/bob/d/floor-plan/Review-1A' } },
    ]);
  });

  test.each([
    ['GET', '/as/bob/api/documents'],
    ['GET', '/as/bob/api/document/contract-2026'],
    ['POST', '/as/bob/api/contract-2026'],
  ])('is taken by %s %s', async (method, path) => {
    expect((await send(method, path)).status).toBe(200);
  });

  test.each(['backend', 'nobody', '', '__proto__', 'bob%2F'])('must be a demo user, not %j', async (user) => {
    const before = mints.length;
    const { status, answer } = await send('GET', `/as/${user}/d/contract-2026`, { user: 'bob' });
    expect(status).toBe(401);
    expect(answer?.headers?.['www-authenticate']).toMatch(/^Basic/);
    expect(mints).toHaveLength(before);
  });

  test('leads to no other route', async () => {
    for (const path of ['/as/bob', '/as/bob/', '/as/bob/v1/tokens', '/as/bob/local', '/as/bob/as/carol/d/a'])
      expect((await send('GET', path)).status).toBeUndefined();
  });
});

describe('jwtParameters', () => {
  const claims = {
    user_id: 'user_teacher',
    default_group: 'teacher',
    permissions: ['read-document', 'write', 'download'],
    collaboration_permissions: ['annotations:delete:all'],
    layer: 'secret',
    document_id: 'floor-plan',
  };
  const body = JSON.stringify({ jwtParameters: claims });

  test('an app cannot choose its user, layer or rights with them', async () => {
    const { status, body: link } = await send('POST', '/api/instant-landing-page', { user: 'carol', body });
    expect([status, link]).toMatchObject([200, { jwt: 'carol contract-2026', documentId: 'contract-2026' }]);
    expect(mints.at(-1)).toEqual({ user: 'carol', documentId: 'contract-2026', layer: '' });
  });

  test('an app cannot get a document without a grant with them', async () => {
    expect((await send('POST', '/api/construction-plan', { user: 'carol', body })).status).toBe(403);
  });

  test('stand beside layers', async () => {
    const both = JSON.stringify({ layers: ['a'], jwtParameters: claims });
    expect((await send('POST', '/api/construction-plan', { user: 'bob', body: both })).body).toHaveProperty(
      'a',
    );
  });

  test.each(['{"jwtParameters":"all"}', '{"jwtParameters":[]}', '{"jwtParameters":1}', '[]', '"text"'])(
    'in another form are a 400: %s',
    async (wrong) => {
      expect((await send('POST', '/api/instant-landing-page', { user: 'bob', body: wrong })).status).toBe(
        400,
      );
    },
  );
});

test.each([
  ['POST', '/api/instant-landing-page', 'bob contract-2026'],
  ['GET', '/d/construction-plan', 'bob floor-plan'],
])('%s %s opens the demo document in place of Nutrient’s', async (method, path, jwt) => {
  expect((await send(method, path, { user: 'bob' })).body).toMatchObject({ jwt });
});

test('A name of JavaScript’s own objects is no document of the apps', async () => {
  await send('POST', '/api/__proto__', { user: 'bob' });
  expect(mints.at(-1)).toMatchObject({ documentId: '__proto__' });
});
