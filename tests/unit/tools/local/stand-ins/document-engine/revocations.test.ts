import { describe, expect, test } from '@jest/globals';
import {
  answerOf,
  call,
  claims,
  clock,
  now,
  signed,
  start,
  stopEngineAfterEach,
  thirdKey,
  verdict,
} from '../../../../../support/document-engine/engine-under-test.ts';

stopEngineAfterEach();

describe('revoking', () => {
  const revoke = (...jwts: unknown[]) => call('POST', '/api/revoke', { jwts });
  const family = { ...claims, jti: 'family' };

  test('every JWT with the jti of a revoked one is refused', async () => {
    await start();
    const carrier = await signed({ jti: 'family', exp: now + 100 });
    const [token, sibling, other] = [
      await signed(family),
      await signed({ ...family, layer: 'my-layer' }),
      await signed({ ...family, jti: 'other' }),
    ];
    expect(verdict(token)).toBe(true);
    expect(await answerOf(revoke(carrier))).toEqual({ data: [carrier] });
    expect(await answerOf(revoke(carrier))).toEqual({ data: [carrier] });
    expect(verdict(token)).toBe('403 Invalid `jti` claim in JWT: The token was revoked');
    expect(verdict(sibling)).toMatch(/^403 /);
    expect(verdict(other)).toBe(true);
  });

  test('a jti is kept until the latest exp of its revoked tokens, and not longer', async () => {
    await start();
    for (const seconds of [100, 50]) await revoke(await signed({ jti: 'family', exp: now + seconds }));
    const outliving = await signed({ ...family, exp: now + 1000 });
    clock.set((now + 99) * 1000);
    expect(verdict(outliving)).toMatch(/`jti`/);
    clock.set((now + 100) * 1000);
    expect(verdict(outliving)).toBe(true);
  });

  test('a partial answer names the failed tokens and revokes the rest', async () => {
    await start();
    const good = await signed(family);
    const bad = [
      await signed({ ...family, exp: now }),
      await signed(claims),
      await signed({ jti: 'family' }),
      await signed(family, thirdKey),
      'garbage',
    ];
    expect(await answerOf(revoke(bad[0], good, ...bad.slice(1)))).toEqual({
      data: [good],
      failingPaths: [0, 2, 3, 4, 5].map((index) => ({
        path: `$.jwts[${index}]`,
        details: expect.stringMatching(/^Invalid /),
      })),
    });
    expect(verdict(good)).toMatch(/^403 /);
  });

  test.each([200, 400] as const)('when none could be revoked the status is %i', async (noneRevokedStatus) => {
    await start({ noneRevokedStatus });
    const response = await revoke('garbage');
    expect(response.status).toBe(noneRevokedStatus);
    expect(await response.json()).toMatchObject({ data: [], failingPaths: [{ path: '$.jwts[0]' }] });
  });

  test('a server that checks no signatures revokes by the jti alone', async () => {
    await start({ revocationVerifies: false });
    const foreign = await signed({ jti: 'family', exp: now + 60 }, thirdKey);
    expect(await answerOf(revoke(foreign, 'garbage'))).toMatchObject({
      data: [foreign],
      failingPaths: [{ path: '$.jwts[1]' }],
    });
    expect(verdict(await signed(family))).toMatch(/`jti`/);
  });
});
