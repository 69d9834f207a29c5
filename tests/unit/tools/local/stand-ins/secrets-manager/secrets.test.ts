import { describe, expect, test } from '@jest/globals';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import {
  client,
  get,
  put,
  server,
  startedAt,
  tokenA,
  tokenB,
  useSecretsManager,
} from '../../../../../support/secrets-manager/server-under-test.ts';

useSecretsManager();

describe('creating and reading', () => {
  test('a created secret is read by its name, its ARN and its ARN without the random characters', async () => {
    const { ARN, VersionId } = await client.send(
      new CreateSecretCommand({ Name: 'stage/key', SecretString: 'one', ClientRequestToken: tokenA }),
    );
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:stage\/key-[0-9a-f]{6}$/);
    expect(VersionId).toBe(tokenA);
    for (const SecretId of ['stage/key', ARN, ARN?.slice(0, -7)]) {
      const read = await client.send(new GetSecretValueCommand({ SecretId }));
      expect(read).toMatchObject({ ARN, Name: 'stage/key', VersionId: tokenA, SecretString: 'one' });
      expect(read.VersionStages).toEqual(['AWSCURRENT']);
      expect(read.CreatedDate).toEqual(new Date(startedAt));
    }
  });

  test('binary values come back byte for byte', async () => {
    const SecretBinary = new Uint8Array([0, 255, 128, 10]);
    await client.send(new CreateSecretCommand({ Name: 'key', SecretBinary }));
    const read = await get();
    expect(Uint8Array.from(read.SecretBinary ?? [])).toEqual(SecretBinary);
    expect(read.SecretString).toBeUndefined();
  });

  test('a name can be created once, except by a repeat of the same call', async () => {
    const create = (SecretString: string, ClientRequestToken: string) =>
      client.send(new CreateSecretCommand({ Name: 'key', SecretString, ClientRequestToken }));
    const first = await create('one', tokenA);
    expect(await create('one', tokenA)).toMatchObject({ ARN: first.ARN, VersionId: tokenA });
    await expect(create('two', tokenA)).rejects.toThrow(ResourceExistsException);
    await expect(create('one', tokenB)).rejects.toThrow(ResourceExistsException);
    await expect(client.send(new CreateSecretCommand({ Name: 'key' }))).rejects.toThrow(
      ResourceExistsException,
    );
  });

  test('a secret without a value is described but cannot be read', async () => {
    await client.send(new CreateSecretCommand({ Name: 'key', Description: 'signing key' }));
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'key' }));
    expect(described).toMatchObject({ Name: 'key', Description: 'signing key' });
    expect(described.VersionIdsToStages).toBeUndefined();
    await expect(get()).rejects.toThrow(ResourceNotFoundException);
  });

  test('an unknown secret, version or stage is not found', async () => {
    await expect(get()).rejects.toThrow(ResourceNotFoundException);
    server.createSecret('key', 'one');
    await expect(get('AWSPENDING')).rejects.toThrow(
      "can't find the specified secret value for staging label",
    );
    await expect(get(undefined, tokenA)).rejects.toThrow(ResourceNotFoundException);
  });

  test('a version id and a stage that name different versions are refused', async () => {
    server.createSecret('key');
    await put(tokenA, 'one');
    await put(tokenB, 'two');
    expect(await get('AWSPREVIOUS', tokenA)).toMatchObject({ SecretString: 'one' });
    await expect(get('AWSCURRENT', tokenA)).rejects.toThrow(InvalidRequestException);
  });

  test('rotation is reported only once it was configured', async () => {
    server.createSecret('key', 'one');
    const describeKey = () => client.send(new DescribeSecretCommand({ SecretId: 'key' }));
    expect((await describeKey()).RotationEnabled).toBeUndefined();
    server.setRotationEnabled('key', true);
    expect((await describeKey()).RotationEnabled).toBe(true);
  });
});
