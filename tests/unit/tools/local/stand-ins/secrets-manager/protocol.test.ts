import { describe, expect, test } from '@jest/globals';
import { post, useSecretsManager } from '../../../../../support/secrets-manager/server-under-test.ts';

useSecretsManager();

describe('requests that no SDK makes', () => {
  const target = { 'x-amz-target': 'secretsmanager.GetSecretValue' };

  test.each([
    ['no target', '{}', {}, 'UnknownOperationException'],
    [
      'an unknown operation',
      '{}',
      { 'x-amz-target': 'secretsmanager.constructor' },
      'UnknownOperationException',
    ],
    ['another service', '{}', { 'x-amz-target': 'kms.GetSecretValue' }, 'UnknownOperationException'],
    ['a body that is not JSON', '{"SecretId": hush-hush', target, 'SerializationException'],
    ['a body that is not an object', '[]', target, 'InvalidParameterException'],
    ['a field of a wrong type', '{"SecretId": 7}', target, 'InvalidParameterException'],
  ])('%s is refused with AWS’s error shape', async (_case, body, headers, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(400);
    const answer = await response.text();
    expect(JSON.parse(answer)).toMatchObject({ __type: code });
    expect(answer).not.toContain('hush-hush');
  });

  test('a body over 1 MiB is refused', async () => {
    expect((await post('x'.repeat(1024 * 1024 + 1), target)).status).toBe(413);
  });
});
