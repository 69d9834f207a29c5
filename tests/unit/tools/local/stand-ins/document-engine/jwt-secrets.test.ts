import { describe, expect, test } from '@jest/globals';
import {
  startDocumentEngine,
  type DocumentEngineOptions,
} from '../../../../../../tools/local/stand-ins/document-engine/index.ts';
import {
  answerOf,
  apiToken,
  at,
  call,
  claims,
  clock,
  engine,
  newKey,
  now,
  oldKey,
  pairOf,
  signed,
  start,
  statusOf,
  stopEngineAfterEach,
  verdict,
  type KeyPair,
} from '../../../../../support/document-engine/engine-under-test.ts';

stopEngineAfterEach();

describe('the Secrets API', () => {
  const add = (key: KeyPair, expiresAt?: string) =>
    call('POST', '/api/secrets/jwt', { secret: key.pem, expiresAt });
  const rotate = (key: KeyPair) => call('POST', '/api/secrets/jwt/rotate', { secret: key.pem });
  const expire = (id: number | string, expiresAt: unknown) =>
    call('POST', `/api/secrets/jwt/${id}`, { expiresAt });
  const list = () => answerOf(call('GET', '/api/secrets/jwt'));

  test('an added secret verifies beside the current one until it expires', async () => {
    await start();
    expect(await statusOf(add(newKey, at(now + 30)))).toBe(200);
    expect(await list()).toEqual([
      { id: 1, expiresAt: null },
      { id: 2, expiresAt: '2030-01-01T00:00:30.000000Z' },
    ]);
    const [oldToken, newToken] = [await signed(claims, oldKey), await signed(claims, newKey)];
    expect([verdict(oldToken), verdict(newToken)]).toEqual([true, true]);
    clock.set((now + 30) * 1000);
    expect(await list()).toEqual([{ id: 1, expiresAt: null }]);
    expect([verdict(oldToken), verdict(newToken)]).toEqual([true, expect.stringMatching(/^403 /)]);
  });

  test('expiries are instants of any offset, in whole seconds', async () => {
    await start();
    await add(newKey, '2030-01-01T02:00:30.987+02:00');
    expect(engine?.secrets()[1]?.expiresAt).toBe((now + 30) * 1000);
  });

  test('an expiry is moved, past or ahead, but never the current secret’s', async () => {
    await start();
    await add(newKey, at(now + 30));
    expect(await statusOf(expire(2, at(now + 500)))).toBe(200);
    expect(engine?.secrets()[1]?.expiresAt).toBe((now + 500) * 1000);
    expect(await statusOf(expire(2, at(now)))).toBe(200);
    expect(await list()).toEqual([{ id: 1, expiresAt: null }]);
    expect(await statusOf(expire(1, at(now + 30)))).toBe(400);
    expect(await statusOf(expire(9, at(now + 30)))).toBe(400);
    expect(await statusOf(expire(2, null))).toBe(400);
  });

  test.each<[DocumentEngineOptions['formerCurrent'], (number | null)[], number]>([
    [{ keptForSeconds: 20 }, [(now + 20) * 1000, null], 200],
    ['expired', [null], 200],
    ['deleted', [null], 400],
  ])('after rotate the former current secret is %j', async (formerCurrent, expiries, revived) => {
    await start(formerCurrent === undefined ? {} : { formerCurrent });
    expect(await statusOf(rotate(newKey))).toBe(200);
    expect(engine?.secrets().map(({ expiresAt }) => expiresAt ?? null)).toEqual(expiries);
    expect(verdict(await signed(claims, newKey))).toBe(true);
    expect(verdict(await signed(claims, oldKey)) === true).toBe(expiries.length === 2);
    expect(await statusOf(expire(1, at(now + 40)))).toBe(revived);
    expect(verdict(await signed(claims, oldKey)) === true).toBe(revived === 200);
  });

  test('an identical key makes a second entry, which rotate does not touch', async () => {
    await start();
    await add(newKey, at(now + 30));
    expect(await statusOf(add(newKey, at(now + 40)))).toBe(200);
    await rotate(newKey);
    expect(engine?.secrets()).toEqual([
      { id: 2, thumbprint: newKey.thumbprint, expiresAt: (now + 30) * 1000 },
      { id: 3, thumbprint: newKey.thumbprint, expiresAt: (now + 40) * 1000 },
      { id: 4, thumbprint: newKey.thumbprint, expiresAt: undefined },
    ]);
  });

  test('an identical key is merged into the existing entry, even if its PEM is wrapped differently', async () => {
    await start({ identicalKey: 'merged' });
    await add(newKey, at(now + 30));
    await add({ ...newKey, pem: `${newKey.pem}\n` }, at(now + 40));
    await add(oldKey, at(now + 50));
    expect(engine?.secrets().map(({ id, expiresAt }) => [id, expiresAt])).toEqual([
      [1, undefined],
      [2, (now + 40) * 1000],
    ]);
    await rotate(newKey);
    await rotate(newKey);
    expect(engine?.secrets().map(({ id, expiresAt }) => [id, expiresAt])).toEqual([[2, undefined]]);
  });

  test('an identical key is refused, but can be rotated to', async () => {
    await start({ identicalKey: 'refused', formerCurrent: 'deleted' });
    await add(newKey, at(now + 30));
    expect(await statusOf(add(newKey, at(now + 40)))).toBe(400);
    expect(await statusOf(add(oldKey, at(now + 40)))).toBe(400);
    expect(await statusOf(rotate(newKey))).toBe(200);
    expect(engine?.secrets().map(({ id }) => id)).toEqual([2]);
    expect(await statusOf(add(oldKey, at(now + 40)))).toBe(200);
  });

  test('a secret without an expiry is refused, or given one', async () => {
    await start();
    expect(await statusOf(add(newKey))).toBe(400);
    await engine?.close();
    await start({ withoutExpiry: { keptForSeconds: 7 } });
    expect(await statusOf(add(newKey))).toBe(200);
    expect(engine?.secrets()[1]?.expiresAt).toBe((now + 7) * 1000);
  });

  test('keys are tried in the configured order', async () => {
    const chosen = async (keyChoice: 'oldest-first' | 'newest-first' | 'current-first') => {
      await start({ keyChoice, formerCurrent: { keptForSeconds: 30 } });
      for (const key of [newKey, oldKey]) await rotate(key);
      await add(oldKey, at(now + 30));
      const verification = engine?.verify(await signed());
      await engine?.close();
      return verification?.accepted === true ? verification.secretId : undefined;
    };
    expect(await chosen('oldest-first')).toBe(1);
    expect(await chosen('newest-first')).toBe(4);
    expect(await chosen('current-first')).toBe(3);
  });

  test.each(['by-kid', 'by-kid-only'] as const)(
    '%s tries only the key that the kid names',
    async (keyChoice) => {
      await start({ keyChoice });
      await add(newKey, at(now + 30));
      expect(verdict(await signed(claims, newKey, { kid: newKey.thumbprint }))).toBe(true);
      expect(verdict(await signed(claims, newKey, { kid: oldKey.thumbprint }))).toMatch(/^403 /);
      const lenient = keyChoice === 'by-kid';
      expect(verdict(await signed(claims, newKey, { kid: 'unknown' })) === true).toBe(lenient);
      expect(verdict(await signed(claims, newKey)) === true).toBe(lenient);
      expect(verdict(await signed(claims, oldKey))).toBe(true);
    },
  );

  test('a secret that is not a public key of the algorithm is refused', async () => {
    await start();
    const p521 = await pairOf('ES512');
    const rsa = await pairOf('RS256');
    const privatePem = newKey.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    for (const secret of [p521.pem, rsa.pem, privatePem, 'text', '-----BEGIN PUBLIC KEY-----\nAAAA']) {
      const response = await call('POST', '/api/secrets/jwt/rotate', { secret });
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain(secret);
    }
    expect(engine?.secrets()).toHaveLength(1);
    await expect(
      startDocumentEngine({ algorithm: 'ES256', publicKey: rsa.pem, apiToken, documents: [] }),
    ).rejects.toThrow(/publicKey must be .* ES256/);
  });
});
