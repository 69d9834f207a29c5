import { describe, expect, test } from '@jest/globals';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  LOCAL_CREDENTIALS,
  localClient,
  localCredentials,
} from '../../../../../tools/local/stand-ins/aws-account.ts';
import { startDynamoDB } from '../../../../../tools/local/stand-ins/dynamodb/index.ts';
import { startSecretsManager } from '../../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { resourcesOfFile } from '../../../../support/runtime/resources.ts';

const credentials = localCredentials('a-token-that-nobody-guesses');
const OTHERS = [
  LOCAL_CREDENTIALS,
  localCredentials('a-token'),
  localCredentials(`${credentials.sessionToken ?? ''} `.repeat(2)),
];

describe('another user of this machine', () => {
  const resources = resourcesOfFile();

  test('cannot read the private key from the Secrets Manager stand-in', async () => {
    const server = resources.adopt(await startSecretsManager({ credentials }), (it) => it.close());
    const SecretId = server.createSecret('signing-key', 'the private key');
    const read = (given: typeof credentials) =>
      new SecretsManagerClient({ ...localClient(server.url, given), maxAttempts: 1 }).send(
        new GetSecretValueCommand({ SecretId }),
      );
    for (const other of OTHERS)
      await expect(read(other)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect(server.calls('GetSecretValue')).toBe(0);
    expect((await read(credentials)).SecretString).toBe('the private key');
  });

  test('cannot read the table from the DynamoDB stand-in', async () => {
    const server = resources.adopt(await startDynamoDB(credentials), (it) => it.close());
    const read = (given: typeof credentials) =>
      new DynamoDBClient({ ...localClient(server.url, given), maxAttempts: 1 }).send(
        new ListTablesCommand({}),
      );
    for (const other of OTHERS)
      await expect(read(other)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect((await read(credentials)).TableNames).toEqual([]);
    expect((await server.client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });
});
