import { afterEach, beforeEach } from '@jest/globals';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../tools/local/stand-ins/secrets-manager/index.ts';
import { ManualClock } from '../runtime/clock.ts';

/** The time at which every secret is made, in milliseconds since the Unix epoch. */
export const startedAt = Date.UTC(2030, 0, 1);
const clock = new ManualClock(startedAt);
export const tokenA = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
export const tokenB = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
export const tokenC = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc';

/** The server of the current test. */
export let server: LocalSecretsManager;
/** Its client, which does not try again. */
export let client: SecretsManagerClient;

/** Starts an empty server for each test of a file, and stops it after the test. */
export function useSecretsManager(): void {
  beforeEach(async () => {
    server = await startSecretsManager({ clock });
    client = new SecretsManagerClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    client.destroy();
    await server.close();
  });
}

/** Reads the secret `key`. */
export const get = (VersionStage?: string, VersionId?: string) =>
  client.send(new GetSecretValueCommand({ SecretId: 'key', VersionStage, VersionId }));
/** Puts a version of the secret `key`. */
export const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
  client.send(
    new PutSecretValueCommand({ SecretId: 'key', ClientRequestToken, SecretString, VersionStages }),
  );
/** Moves a stage of the secret `key`. */
export const move = (VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'key',
      VersionStage,
      RemoveFromVersionId,
      MoveToVersionId,
    }),
  );
/** Reads the stages of the secret `key`, by version. */
export const stages = async () =>
  (await client.send(new DescribeSecretCommand({ SecretId: 'key' }))).VersionIdsToStages;

/** Sends a request that no SDK would make. */
export const post = (body: string, headers: Record<string, string>) =>
  fetch(server.url, { method: 'POST', body, headers });
