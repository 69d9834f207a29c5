import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { parse } from 'yaml';
import * as z from 'zod';
import { createTable } from '../../../tools/local/stand-ins/dynamodb/index.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { GrantStore, type Grant } from '../../../lib/grants/index.ts';
import { Table } from '../../../lib/table/index.ts';

/** The region of everything in moto. */
export const REGION = 'us-east-1';

/** Moto checks no credentials, but the AWS SDK sends nothing without them. */
export const CREDENTIALS = { accessKeyId: 'moto', secretAccessKey: 'moto' };

const TABLE_NAME = 'layermint-table';
const SECRET_NAME = 'layermint-signing-key';

/** A running moto with the table and the signing key's secret of a new deployment. */
export interface Moto {
  readonly port: number;
  /** The environment of the mint function, deployed there. */
  readonly environment: Readonly<Record<string, string>>;
  readonly table: Table;
  readonly grants: GrantStore;
  readonly secretsManager: SecretsManagerClient;
  /** Gives the secret a new version. */
  storeSigningKey(secret: string): Promise<void>;
  /** Ends moto, and with it all its data. */
  stop(): Promise<void>;
}

/** A part of infra/stack/*.yml: the table, or the secret as CloudFormation creates it. */
const Template = z.object({
  Resources: z.record(z.string(), z.object({ Properties: z.record(z.string(), z.unknown()) })),
});

async function propertiesIn(file: string, branch?: string): Promise<Readonly<Record<string, unknown>>> {
  const content: unknown = parse(
    await readFile(new URL(`../../../infra/stack/${file}`, import.meta.url), 'utf8'),
  );
  const fragment = branch === undefined ? content : z.record(z.string(), z.unknown()).parse(content)[branch];
  const [resource] = Object.values(Template.parse(fragment).Resources);
  if (resource === undefined) throw new TypeError(`infra/stack/${file} defines no resource`);
  return resource.Properties;
}

/**
 * Starts moto (https://github.com/getmoto/moto), and deploys the table and the secret there. If that fails, moto is
 * stopped.
 *
 * @param port - 0 picks a free one
 * @param deploy - creates the table and the secret, and returns the ARN of the secret
 * @throws Error with moto's own messages if it does not start
 */
export async function startMoto(port = 0, deploy = deployStack): Promise<Moto> {
  await using starting = new AsyncDisposableStack();
  const server = starting.adopt(await startServer(port), (it) => it.stop());
  const client = { endpoint: `http://127.0.0.1:${server.port}`, region: REGION, credentials: CREDENTIALS };
  const destroy = (it: { destroy(): void }): void => {
    it.destroy();
  };
  const dynamoDB = starting.adopt(new DynamoDBClient(client), destroy);
  const secretsManager = starting.adopt(new SecretsManagerClient(client), destroy);
  const secretArn = await deploy(dynamoDB, secretsManager);
  const table = new Table(dynamoDB, TABLE_NAME, systemClock);
  const running = starting.move();
  return {
    port: server.port,
    environment: {
      AWS_ENDPOINT_URL: client.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      LOG_LEVEL: 'error',
      STAGE: 'local',
      TABLE_NAME,
      SIGNING_KEY_SECRET_ARN: secretArn,
      JWT_ALGORITHM: 'ES256',
      DOCUMENT_ENGINE_URL: 'https://documents.example.com',
      MAX_TTL_SECONDS: '86400',
      DEFAULT_TTL_SECONDS: '3600',
      PRIVATE_LAYER_PREFIX: 'user:',
      USER_ID_CLAIM: 'sub',
      GROUPS_CLAIM: 'cognito:groups',
      SCOPES_CLAIM: '["scope","scp"]',
      NAME_CLAIM: 'name',
    },
    table,
    grants: new GrantStore(table),
    secretsManager,
    storeSigningKey: async (secret) => {
      await secretsManager.send(new PutSecretValueCommand({ SecretId: SECRET_NAME, SecretString: secret }));
    },
    stop: () => running.disposeAsync(),
  };
}

async function deployStack(dynamoDB: DynamoDBClient, secretsManager: SecretsManagerClient): Promise<string> {
  await createTable({ client: dynamoDB }, TABLE_NAME, await propertiesIn('storage/table.yml'));
  const { SecretString } = await propertiesIn('storage/signing-key.yml', 'absent');
  const { ARN } = await secretsManager.send(
    new CreateSecretCommand({ Name: SECRET_NAME, SecretString: z.string().parse(SecretString) }),
  );
  return z.string().parse(ARN);
}

/** Writes the grants of a document. */
export async function putGrants(moto: Moto, documentId: string, ...grants: readonly Grant[]): Promise<void> {
  await Promise.all(grants.map((grant) => moto.grants.put(documentId, grant)));
}

/**
 * Starts moto without anything in it.
 *
 * @param port - 0 picks a free one
 * @throws Error with moto's own messages if it does not start
 */
export async function startServer(port: number): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'close');
  const lines: string[] = [];
  // Moto's output is read until it ends. Otherwise the pipe would fill, and moto would block.
  const listening = new Promise<number>((resolve) => {
    createInterface(server.stderr).on('line', (line) => {
      lines.push(line);
      const [, said] = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(line) ?? [];
      if (said !== undefined) resolve(Number(said));
    });
  });
  const failed = ended.then(() => {
    throw new Error(`moto did not start:\n${lines.join('\n')}`);
  });
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  const result = { port: await Promise.race([listening, failed]), stop };
  failed.catch(() => undefined); // From here on, its end is not an error.
  return result;
}
