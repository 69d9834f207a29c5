import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { InternalServiceError } from '@aws-sdk/client-secrets-manager';
import {
  get,
  put,
  server,
  stages,
  tokenA,
  useSecretsManager,
} from '../../../../support/secrets-manager/server-under-test.ts';

useSecretsManager();

describe('misbehaving on request', () => {
  beforeEach(() => {
    server.createSecret('key', 'one');
  });

  test('an operation answers 5xx or throttles until it recovers, and the others continue', async () => {
    server.inject('GetSecretValue', 'server-error');
    await expect(get()).rejects.toThrow(InternalServiceError);
    const recover = server.inject('GetSecretValue', 'throttled');
    await expect(get()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await stages()).toBeDefined();
    recover();
    expect((await get()).SecretString).toBe('one');
    expect(server.calls('GetSecretValue')).toBe(3);
  });

  test('an operation answers garbage', async () => {
    server.inject('GetSecretValue', 'garbage');
    await expect(get()).rejects.toThrow(SyntaxError);
  });

  test('an operation that hangs is answered once it is released', async () => {
    const release = server.inject('GetSecretValue', 'hang');
    const settled = jest.fn();
    const hanging = get().finally(settled);
    while (server.calls('GetSecretValue') === 0) await stages();
    expect(settled).not.toHaveBeenCalled();
    release();
    expect((await hanging).SecretString).toBe('one');
  });

  test('closing ends hanging requests', async () => {
    server.inject('GetSecretValue', 'hang');
    const hanging = expect(get()).rejects.toThrow();
    while (server.calls('GetSecretValue') === 0) await stages();
    await server.close();
    await hanging;
  });

  test('a write with a lost answer has been carried out', async () => {
    const recover = server.inject('PutSecretValue', 'answer-lost');
    await expect(put(tokenA, 'two')).rejects.toThrow();
    recover();
    expect((await get()).SecretString).toBe('two');
  });
});
