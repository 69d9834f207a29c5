import { describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { DocumentEngineUnexpectedError, generateSigningKey, probe } from '../../../lib/rotation/index.ts';
import { spkiOf, type KeyPair } from '../../../lib/signing-keys/index.ts';
import { RotationWorld, type WorldOptions } from '../../support/rotation/rotation-world.ts';
import { NOON } from '../../support/runtime/clock.ts';

/** A Document Engine with the first of two keys. It notes the JWTs that it receives. */
async function probed(options: WorldOptions = {}) {
  const world = await RotationWorld.create(options);
  const keys = [
    (await generateSigningKey('ES256', world.clock)).pair,
    (await generateSigningKey('ES256', world.clock)).pair,
  ] as const;
  const { documentEngine } = world;
  await documentEngine.addSecret(spkiOf(keys[0].publicKey), NOON + 3600);
  const [revoked, shown]: [string[], string[]] = [[], []];
  const revoke = documentEngine.revoke.bind(documentEngine);
  const takesToken = documentEngine.takesToken.bind(documentEngine);
  documentEngine.revoke = (jwts) => {
    revoked.push(...jwts);
    return revoke(jwts);
  };
  documentEngine.takesToken = (jwt, documentId) => {
    shown.push(jwt);
    return takesToken(jwt, documentId);
  };
  const ask = (pairs: readonly KeyPair[] = keys, documentId = world.dependencies.probeDocumentId) =>
    probe(pairs, documentEngine, world.clock, documentId);
  return { world, keys, ask, revoked, shown };
}

describe('a probe', () => {
  test.each([true, false])(
    'finds the keys that Document Engine accepts, in their order (revoking verifies: %s)',
    async (revocationVerifies) => {
      const { ask, keys } = await probed({ behaviour: { revocationVerifies } });

      expect(await ask()).toEqual([true, false]);
      expect(await ask(keys.toReversed())).toEqual([false, true]);
    },
  );

  test('without keys asks nothing', async () => {
    const { ask, revoked } = await probed();

    expect(await ask([])).toEqual([]);
    expect(revoked).toEqual([]);
  });

  test('differs from its control in the signature and the `jti` alone', async () => {
    const { ask, keys, revoked } = await probed();
    await ask([keys[0]]);

    const [control = '', jwt = ''] = revoked;
    const { jti: controlJti, ...controlClaims } = decodeJwt(control);
    const { jti, ...claims } = decodeJwt(jwt);

    expect(revoked).toHaveLength(2);
    expect(decodeProtectedHeader(control)).toEqual(decodeProtectedHeader(jwt));
    expect(decodeProtectedHeader(jwt)).toMatchObject({ kid: keys[0].kid });
    expect(claims).toEqual(controlClaims);
    expect(jti).not.toBe(controlJti);
  });

  test('is of little use to a thief: it shows a cover for five minutes', async () => {
    const { ask, revoked } = await probed();
    await ask();

    for (const jwt of revoked) {
      expect(decodeJwt(jwt)).toMatchObject({ permissions: ['cover-image'], exp: NOON + 300 });
    }
  });

  test('asks for a cover with new JWTs, because the first ones are revoked', async () => {
    const { ask, revoked, shown } = await probed({ behaviour: { revocationVerifies: false } });
    await ask();

    expect(shown).toHaveLength(3);
    expect(shown.filter((jwt) => revoked.includes(jwt))).toEqual([]);
  });
});

describe('a probe reports that it proves nothing', () => {
  test('if Document Engine revokes any JWT and there is no probe document', async () => {
    const { world, keys } = await probed({ behaviour: { revocationVerifies: false } });

    await expect(probe(keys, world.documentEngine, world.clock)).rejects.toThrow(/"probeDocumentId"/);
  });

  test('if Document Engine shows the probe document for any JWT', async () => {
    const { world, ask } = await probed({ behaviour: { revocationVerifies: false } });
    world.documentEngine.takesToken = () => Promise.resolve(true);

    await expect(ask()).rejects.toThrow(DocumentEngineUnexpectedError);
    await expect(ask()).rejects.toThrow(/does not verify tokens at all/);
  });
});
