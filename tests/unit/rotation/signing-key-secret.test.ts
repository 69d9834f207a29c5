import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { InvalidParameterException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  createSecretsManager,
  type SecretsManager,
} from '../../../tools/local/stand-ins/secrets-manager/index.ts';
import { SigningKeySecret } from '../../../lib/rotation/index.ts';
import { NOON } from '../../support/runtime/clock.ts';

let secretsManager: SecretsManager;
let client: SecretsManagerClient;
let secret: SigningKeySecret;
let first: string;

beforeEach(async () => {
  secretsManager = createSecretsManager();
  client = secretsManager.client();
  secret = new SigningKeySecret(client, secretsManager.createSecret('signing-key', 'the first text'));
  first = (await secret.labels()).versionWith('AWSCURRENT') ?? '';
});

/** Has Secrets Manager refuse every call that moves a label. */
function refuseToMoveLabels(): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName !== 'UpdateSecretVersionStageCommand') return next(args);
        throw new InvalidParameterException({ message: 'refused', $metadata: {} });
      },
    { step: 'finalizeRequest' },
  );
}

describe('a version', () => {
  test('that RotateSecret has made reads as undefined until it is written', async () => {
    const pending = randomUUID();
    secretsManager.secret('signing-key').addPending(pending, NOON * 1000);
    expect(await secret.read(pending)).toBeUndefined();

    expect(await secret.write(pending, 'the second text', 'AWSPENDING')).toBe(true);

    expect(await secret.read(pending)).toBe('the second text');
    expect(await secret.read(first)).toBe('the first text');
  });

  test('that has another text keeps it, and the call reports that', async () => {
    expect(await secret.write(first, 'another text', 'AWSPENDING')).toBe(false);
    expect(await secret.write(first, 'the first text', 'AWSPENDING')).toBe(true);

    expect(await secret.read(first)).toBe('the first text');
  });

  test.each(['throttled', 'server-error', 'answer-lost'] as const)(
    'does not count as empty or as written when Secrets Manager meets %s',
    async (fault) => {
      secretsManager.inject('GetSecretValue', fault);
      secretsManager.inject('PutSecretValue', fault);

      await expect(secret.read(first)).rejects.toThrow();
      await expect(secret.write(randomUUID(), 'the second text', 'AWSPENDING')).rejects.toThrow();
    },
  );
});

describe('AWSCURRENT', () => {
  test('is moved, also if the answer is lost', async () => {
    const second = randomUUID();
    await secret.write(second, 'the second text', 'AWSPENDING');
    const end = secretsManager.inject('UpdateSecretVersionStage', 'answer-lost');

    await secret.makeCurrent(second, first);
    end();

    const labels = await secret.labels();
    expect(labels.versionWith('AWSCURRENT')).toBe(second);
    expect(labels.versionWith('AWSPREVIOUS')).toBe(first);
  });

  test('that Secrets Manager does not move is an error', async () => {
    const second = randomUUID();
    await secret.write(second, 'the second text', 'AWSPENDING');
    refuseToMoveLabels();

    await expect(secret.makeCurrent(second, first)).rejects.toThrow('refused');
  });
});

describe('a label', () => {
  test('is detached from its version, and detaching it again is not an error', async () => {
    const second = randomUUID();
    await secret.write(second, 'the second text', 'AWSPENDING');

    await secret.takeOff('AWSPENDING', second);
    await secret.takeOff('AWSPENDING', second);
    await secret.takeOff('AWSPREVIOUS', randomUUID());

    expect((await secret.labels()).versionWith('AWSPENDING')).toBeUndefined();
    expect((await secret.labels()).knows(second)).toBe(false);
  });

  test('that Secrets Manager leaves on its version is an error', async () => {
    const second = randomUUID();
    await secret.write(second, 'the second text', 'AWSPENDING');
    refuseToMoveLabels();

    await expect(secret.takeOff('AWSPENDING', second)).rejects.toThrow('refused');
  });

  test('is not taken for detached when Secrets Manager cannot be reached', async () => {
    secretsManager.inject('UpdateSecretVersionStage', 'server-error');

    await expect(secret.takeOff('AWSPENDING', randomUUID())).rejects.toThrow();
  });
});

describe('the time since which a key exists', () => {
  const since = async (text: string): Promise<number | undefined> => {
    const own = new SigningKeySecret(client, secretsManager.createSecret(randomUUID(), text));
    return own.keySince((await own.labels()).versionWith('AWSCURRENT') ?? '');
  };

  test('is the one that rotation has written with it', async () => {
    expect(await since('{"createdAt": "2026-01-02T03:04:05Z"}')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  });

  test.each(['a PEM', '{}', '{"createdAt": "yesterday"}'])(
    'is that of the version if the secret is %s',
    async (text) => {
      expect(await since(text)).toEqual(expect.any(Number));
    },
  );

  test('is not known without a key, or without a value', async () => {
    const pending = randomUUID();
    secretsManager.secret('signing-key').addPending(pending, NOON * 1000);

    expect(await since('{"state": "none"}')).toBeUndefined();
    expect(await secret.keySince(pending)).toBeUndefined();
  });
});
