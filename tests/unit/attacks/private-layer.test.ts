import { describe, expect, test } from '@jest/globals';
import { EVERYONE, grant, user } from '../../support/grants/grants.ts';
import { attempt, claimsAfter, EVERYONE_EDITS, expectRefused } from '../../support/tokens/mint-attempt.ts';

const DOC = { documentId: 'doc' };

describe("somebody else's layer", () => {
  test("another user's private layer, by its name", async () => {
    await expectRefused(403, 'not-granted', [EVERYONE_EDITS], { body: { ...DOC, layer: 'user:bob' } });
  });

  test('a private layer that a grant names, though none can', async () => {
    const named = grant(user('alice'), 'editor', { layers: ['user:bob'], privateLayer: true });
    await expectRefused(403, 'not-granted', [named], { body: { ...DOC, layer: 'user:bob' } });
  });

  test('a private layer by way of a user id that begins like it', async () => {
    for (const sub of ['bo', 'bobby', 'user:bob', '']) {
      const { result } = await attempt([EVERYONE_EDITS], {
        claims: { sub },
        body: { ...DOC, layer: 'user:bob' },
      });
      expect([401, 403]).toContain(result.statusCode);
    }
  });

  test("a shared layer by way of a user id that is the layer's name", async () => {
    const own = grant(EVERYONE, 'editor', { layers: [], privateLayer: true });
    for (const sub of ['board', 'user:', 'user:board']) {
      await expectRefused(403, 'not-granted', [own], { claims: { sub }, body: { ...DOC, layer: 'board' } });
      const claims = await claimsAfter([own], { claims: { sub }, body: { ...DOC, privateLayer: true } });
      expect(claims.layer).toBe(`user:${sub}`);
    }
  });

  test('a private layer for a user id that would read as a wildcard', async () => {
    await expectRefused(403, 'not-granted', [EVERYONE_EDITS], {
      claims: { sub: '*' },
      body: { ...DOC, privateLayer: true },
    });
  });
});
