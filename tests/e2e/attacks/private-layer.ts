import { describe, expect, test } from '@jest/globals';
import {
  CONTRACT,
  expectRefused,
  give,
  jwtIn,
  mint,
  open,
  send,
  signed,
  tokenOf,
} from '../../support/local-stack/stack-under-attack.ts';

describe('another user’s layer', () => {
  test("another user's private layer, by its name or a similar one", async () => {
    expectRefused(await mint(tokenOf('alice'), { documentId: CONTRACT, layer: 'user:bob' }), 403);
    // Alice may open every shared layer, and these names belong to ordinary shared layers.
    for (const layer of [
      'user%3Abob',
      'USER:bob',
      'user\uff1abob',
      ' user:bob',
      'user\u200b:bob',
      './user:bob',
    ]) {
      const jwt = jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT, layer }));
      expect([layer, await open(jwt, CONTRACT, 'user:bob')]).toEqual([layer, 403]);
    }
  });

  test("another user's private layer, by onBehalfOf", async () => {
    const onBehalfOf = { userId: 'alice', groups: ['editors'] };
    const named = { documentId: CONTRACT, layer: 'user:bob', onBehalfOf };
    expectRefused(await mint(tokenOf('backend'), named), 403);
    expectRefused(await mint(tokenOf('alice'), { ...named, onBehalfOf: { userId: 'bob' } }), 403);
    const jwt = jwtIn(
      await mint(tokenOf('backend'), { documentId: CONTRACT, privateLayer: true, onBehalfOf }),
    );
    expect(await open(jwt, CONTRACT, 'user:bob')).toBe(403);
    expect(await open(jwt, CONTRACT, 'user:alice')).toMatchObject({ userId: 'alice' });
  });

  test("another user's private layer, through the sample apps' routes", async () => {
    const authorization = `Basic ${Buffer.from('alice:any').toString('base64')}`;
    const accept = 'application/vnd.instant-example+json';
    for (const layer of ['user:bob', 'user%3Abob', 'user%3abob']) {
      expectRefused(
        await send({ method: 'GET', path: `/d/${CONTRACT}/${layer}`, headers: { authorization, accept } }),
        403,
      );
      const answer = await send({
        method: 'GET',
        path: `/api/document/${CONTRACT}/${layer}`,
        headers: { authorization },
      });
      expectRefused(answer, 200);
      expect(answer.body).toContain('"success":false');
    }
  });

  test('a shared layer, by a user id equal to its name', async () => {
    await give(CONTRACT, 'user=review', { role: 'viewer', layers: [], privateLayer: true });
    const token = await signed({ sub: 'review' });
    expectRefused(await mint(token, { documentId: CONTRACT, layer: 'review' }), 403);
    const jwt = jwtIn(await mint(token, { documentId: CONTRACT, privateLayer: true }));
    expect(await open(jwt, CONTRACT, 'review')).toBe(403);
    expect(await open(jwt, CONTRACT, 'user:review')).toMatchObject({ userId: 'review' });
  });
});
