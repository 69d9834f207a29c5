import { describe, expect, test } from '@jest/globals';
import {
  answerOf,
  call,
  claims,
  document,
  signed,
  start,
  statusOf,
  stopEngineAfterEach,
} from '../../../../../support/document-engine/engine-under-test.ts';

stopEngineAfterEach();

test('its health is public, and each answer names its version', async () => {
  await start();
  for (const [path, status] of [
    ['/healthcheck', 200],
    ['/nowhere', 404],
  ] as const) {
    const response = await call('GET', path, undefined, {});
    expect(response.status).toBe(status);
    expect(response.headers.get('server')).toMatch(/^Document Engine\/\d+\.\d+\.\d+$/);
  }
});

describe('opening a document and its cover', () => {
  const open = (query: Record<string, string>, headers: Record<string, string> = {}) =>
    call('GET', `/local/open?${new URLSearchParams(query).toString()}`, undefined, headers);
  const full = {
    ...claims,
    layer: 'my-layer',
    user_id: 'alice',
    default_group: 'team',
    creator_name: 'Alice',
    collaboration_permissions: ['comments:view:all'],
  };

  test('a token opens its own document and layer, from the query or as a bearer', async () => {
    await start();
    const jwt = await signed(full);
    const query = { documentId: document, layer: 'my-layer' };
    const opened = {
      documentId: document,
      layer: 'my-layer',
      userId: 'alice',
      permissions: ['read-document', 'write'],
      collaborationPermissions: ['comments:view:all'],
      defaultGroup: 'team',
      creatorName: 'Alice',
    };
    expect(await answerOf(open({ ...query, jwt }))).toEqual(opened);
    expect(await answerOf(open(query, { authorization: `Bearer ${jwt}` }))).toEqual(opened);
  });

  test('a token without a layer opens the default layer, even without a user', async () => {
    await start();
    expect(await answerOf(open({ documentId: document, jwt: await signed() }))).toEqual({
      documentId: document,
      layer: '',
      userId: null,
      permissions: ['read-document', 'write'],
    });
  });

  test('any other document or layer, or a missing permission, is refused with the reason', async () => {
    await start();
    const jwt = await signed(full);
    const refusal = async (query: Record<string, string>) => {
      const response = await open(query);
      return `${response.status} ${await response.text()}`;
    };
    expect(await refusal({ documentId: 'another', layer: 'my-layer', jwt })).toMatch(/^403 .*document/);
    expect(await refusal({ documentId: document, layer: 'other', jwt })).toMatch(
      /^403 .*layer "my-layer", not "other"/,
    );
    expect(await refusal({ documentId: document, jwt })).toMatch(/^403 .*layer/);
    const unreadable = await signed({ ...claims, permissions: ['cover-image'] });
    expect(await refusal({ documentId: document, jwt: unreadable })).toMatch(/^403 .*read-document/);
    expect(await refusal({ documentId: document })).toMatch(/^401 /);
    expect(await refusal({ jwt })).toMatch(/^400 /);
    const gone = await signed({ ...claims, document_id: 'gone' });
    expect(await refusal({ documentId: 'gone', jwt: gone })).toMatch(/^404 /);
  });

  test('a cover needs cover-image, for that document', async () => {
    await start();
    const cover = (id: string, jwt: string, more = '&width=200') =>
      call('GET', `/documents/${encodeURIComponent(id)}/cover?jwt=${jwt}${more}`, undefined, {});
    const jwt = await signed({ ...claims, permissions: ['cover-image'], document_id: 'a:b~c@d' });
    const response = await cover('a:b~c@d', jwt);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(await statusOf(cover(document, jwt))).toBe(403);
    expect(await statusOf(cover(document, await signed()))).toBe(403);
    expect(await statusOf(cover(document, ''))).toBe(401);
    expect(await statusOf(cover('a:b~c@d', jwt, ''))).toBe(200);
    expect(await statusOf(cover('a:b~c@d', jwt, '&width=wide'))).toBe(400);
    expect(await statusOf(cover('a:b~c@d', 'no.jwt.atall', '&width=wide'))).toBe(403);
  });
});
