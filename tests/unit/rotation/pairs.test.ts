import { describe, expect, test } from '@jest/globals';
import { createSecretsManager } from '../../../tools/local/stand-ins/secrets-manager/index.ts';
import {
  currentPair,
  pendingPair,
  RotationRefusedError,
  SigningKeySecret,
} from '../../../lib/rotation/index.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

describe('the current key', () => {
  test('is refused if the secret has no current version, and the message names the cure', async () => {
    const secretsManager = createSecretsManager();
    const secret = new SigningKeySecret(secretsManager.client(), secretsManager.createSecret('empty'));

    const pair = currentPair(secret, 'ES256');

    await expect(pair).rejects.toThrow(RotationRefusedError);
    await expect(pair).rejects.toThrow(/no current version. Put {"state": "none"} into it/);
  });

  test('is absent from a secret that holds {"state": "none"}', async () => {
    const world = await RotationWorld.create({ begins: 'none' });

    expect(await currentPair(world.secret, 'ES256')).toBeUndefined();
  });

  test('is not called unusable while Secrets Manager is down: the error is the one of the outage', async () => {
    const world = await RotationWorld.create();
    world.calls.begin(1, 'fails');

    await expect(currentPair(world.secret, 'ES256')).rejects.toMatchObject({ code: 'ECONNRESET' });

    expect(world.calls.made).toEqual(['Secrets Manager: DescribeSecret', 'Secrets Manager: GetSecretValue']);
  });
});

describe('the pending key', () => {
  test.each(['{"not": "a key"}', '{"state": "none"}'])(
    'is refused if its version holds %s',
    async (secretString) => {
      const world = await RotationWorld.create();
      const version = world.beginRotation();
      await world.secret.write(version, secretString, 'AWSPENDING');

      const pair = pendingPair(world.secret, version, 'ES256');

      await expect(pair).rejects.toThrow(RotationRefusedError);
      await expect(pair).rejects.toThrow(/The pending key cannot be used/);
    },
  );

  test('is not called missing while Secrets Manager is down', async () => {
    const world = await RotationWorld.create();
    world.calls.begin(0, 'fails');

    await expect(pendingPair(world.secret, world.beginRotation(), 'ES256')).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
  });
});
