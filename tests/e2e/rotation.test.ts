import { UNRECORDED } from '../support/audit/recording.ts';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  DescribeSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../tools/local/stand-ins/document-engine/index.ts';
import { startDynamoDB, type DynamoDB } from '../../tools/local/stand-ins/dynamodb/index.ts';
import { type Fault } from '../../tools/local/stand-ins/faults.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../tools/local/stand-ins/secrets-manager/index.ts';
import { ApiToken, DocumentEngineClient } from '../../lib/document-engine/index.ts';
import { GrantStore } from '../../lib/grants/index.ts';
import { type Clock } from '../../lib/runtime/clock.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import {
  LONGEST_CACHE_LIFE,
  overlapOf,
  readPublishedKeys,
  recordUse,
  SigningKeyCache,
  signingKeyFetcher,
} from '../../lib/signing-keys/index.ts';
import { Rotation, rotationHandler, SigningKeySecret } from '../../lib/rotation/index.ts';
import { createMinting, type MintedToken } from '../../lib/tokens/index.ts';
import { createDeployedTable } from '../support/table/deployed-table.ts';
import { EVERYONE, grant, subject } from '../support/grants/grants.ts';
import { ecPair, spki } from '../support/signing-keys/keys.ts';
import { minting } from '../support/tokens/minting.ts';
import { impatient, ManualClock } from '../support/runtime/clock.ts';
import { toMilliseconds, type Seconds } from '../../lib/runtime/time.ts';
import { Table } from '../../lib/table/index.ts';

jest.setTimeout(300_000);

const API_TOKEN = 'the-api-token';
const DOCUMENT = 'contract';
const LIFE = 3600;
const INTERVAL = 90 * 86_400;
const CACHE_LIFE = LONGEST_CACHE_LIFE / 1000;

let clock: ManualClock;
/** The same clock, but without waiting. */
let hasty: Clock;
let dynamoDB: DynamoDB;
let table: Table;
let secretsManager: LocalSecretsManager;
let client: SecretsManagerClient;
let documentEngine: LocalDocumentEngine;
let arn: string;
let lines: string[];

beforeEach(async () => {
  clock = new ManualClock();
  hasty = impatient(clock);
  lines = [];
  const log = createLogger('debug', (line) => lines.push(line));
  dynamoDB = await startDynamoDB();
  await createDeployedTable(dynamoDB, 'table');
  table = new Table(dynamoDB.client, 'table', hasty);
  await new GrantStore(table).put(DOCUMENT, grant(EVERYONE, 'viewer'));

  documentEngine = await startDocumentEngine({
    clock,
    algorithm: 'ES256',
    publicKey: spki(ecPair().publicKey),
    apiToken: API_TOKEN,
    documents: [{ id: DOCUMENT, layers: [''] }],
  });
  secretsManager = await startSecretsManager({
    clock,
    invokeRotation: (event) =>
      handler(event, { awsRequestId: 'request', getRemainingTimeInMillis: () => 120_000 }),
  });
  client = new SecretsManagerClient({
    endpoint: secretsManager.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  arn = secretsManager.createSecret('signing-key', '{"state": "none"}');
  const rotation = new Rotation({
    secret: new SigningKeySecret(client, arn),
    documentEngine: new DocumentEngineClient({
      url: documentEngine.url,
      apiToken: new ApiToken(client, secretsManager.createSecret('api-token', API_TOKEN), hasty),
      clock: hasty,
    }),
    table,
    algorithm: 'ES256',
    longestLife: LIFE,
    interval: INTERVAL,
    predecessor: 'none',
    clock: hasty,
    log,
  });
  const handler = rotationHandler(rotation, arn, log, UNRECORDED);
});

afterEach(async () => {
  client.destroy();
  await Promise.all([documentEngine.close(), secretsManager.close(), dynamoDB.close()]);
});

/** Asks Secrets Manager for a rotation, and waits for its end. @returns true if it succeeded */
async function rotate(): Promise<boolean> {
  const version = randomUUID();
  await client.send(new RotateSecretCommand({ SecretId: arn, ClientRequestToken: version }));
  await secretsManager.rotationsEnded();
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
  return VersionIdsToStages?.[version]?.includes('AWSCURRENT') ?? false;
}

/** Makes a process that mints, with its own cache. */
function mintProcess(): () => Promise<MintedToken> {
  const fetch = signingKeyFetcher(client, arn, 'ES256', (key) => recordUse(table, key, LIFE));
  const dependencies = minting();
  const signingKeys = new SigningKeyCache(fetch, hasty, dependencies.log);
  const minter = createMinting({ ...dependencies, table, clock: hasty, signingKeys });
  return async () => {
    const request = { documentId: DOCUMENT, layer: '', ttlSeconds: LIFE };
    const token = await minter.mintToken(subject(`user-${randomUUID()}`), request);
    if (token.outcome !== 'minted') throw new Error('nothing was minted');
    return token;
  };
}

/** Advances the clock. */
const advance = (time: Seconds): void => {
  clock.advance(toMilliseconds(time));
};

const accepted = ({ jwt }: MintedToken): boolean => documentEngine.verify(jwt).accepted;

test('while three rotations pass on the local stack, every token is accepted in its first and its last second', async () => {
  expect(await rotate()).toBe(true);
  const processes = [mintProcess(), mintProcess()];
  const tokens: { readonly token: MintedToken; readonly first: boolean }[] = [];
  const load = async (signal: AbortSignal): Promise<void> => {
    for (let turn = 0; !signal.aborted; turn += 1) {
      // Every third token is minted by a new process.
      const mint = processes[turn % 3] ?? mintProcess();
      const token = await mint();
      tokens.push({ token, first: accepted(token) });
    }
  };

  for (let rotation = 0; rotation < 3; rotation += 1) {
    const before = tokens.length;
    const stop = new AbortController();
    const minting = load(stop.signal);
    expect(await rotate()).toBe(true);
    while (tokens.length < before + 12) await setImmediate();
    stop.abort();
    await minting;
    // The old key signs until every cache has dropped it.
    advance(CACHE_LIFE + 60);
  }

  const now = clock.now() / 1000;
  const live = tokens.filter(({ token }) => token.expiresAt > now);
  expect(tokens.length).toBeGreaterThan(35);
  expect(tokens.filter(({ first }) => !first)).toEqual([]);
  for (const { token } of live.toSorted((one, other) => one.token.expiresAt - other.token.expiresAt)) {
    advance(Math.max(0, token.expiresAt - 1 - clock.now() / 1000));
    expect(accepted(token)).toBe(true);
  }
});

test("Secrets Manager's test of the function succeeds, before the first key and after it, and a rotation can follow at once", async () => {
  for (let rotation = 0; rotation < 2; rotation += 1) {
    lines.length = 0;
    const command = { SecretId: arn, ClientRequestToken: randomUUID(), RotateImmediately: false };
    await client.send(new RotateSecretCommand(command));
    await secretsManager.rotationsEnded();
    expect(lines.join('')).toContain('there is no pending key to test');
    expect(lines.join('')).not.toContain('SigningKeyRotationFailed');

    expect(await rotate()).toBe(true);
  }
});

test('a replaced key verifies until the end of its overlap, and the table records that', async () => {
  await rotate();
  const late = mintProcess();
  await late();
  await rotate();
  secretsManager.inject('GetSecretValue', 'server-error');
  advance(CACHE_LIFE - 1);
  const token = await late();

  advance(LIFE - 1);
  expect(accepted(token)).toBe(true);
  const states = (await readPublishedKeys(table)).map(({ state }) => state);
  expect(states.toSorted()).toEqual(['current', 'previous']);
  advance(overlapOf(LIFE));
  expect(documentEngine.secrets()).toHaveLength(1);
});

test('a lost answer to rotate-secret does not stop the rotation, and Document Engine is not rotated twice', async () => {
  await rotate();
  const mint = mintProcess();
  const before = await mint();
  const calls = documentEngine.calls('rotate-secret');
  const end = documentEngine.inject('rotate-secret', 'answer-lost');
  expect(await rotate()).toBe(true);
  end();

  expect(documentEngine.calls('rotate-secret')).toBe(calls + 1);
  expect(accepted(before)).toBe(true);
  expect(accepted(await mintProcess()())).toBe(true);
});

test.each<['rotate-secret' | 'add-secret' | 'list-secrets' | 'change-expiry' | 'revoke', Fault]>([
  ['rotate-secret', 'garbage'],
  ['add-secret', 'server-error'],
  ['list-secrets', 'garbage'],
  ['change-expiry', 'garbage'],
  ['revoke', 'throttled'],
])(
  '%s of Document Engine with the fault %s stops the rotation, which continues after the fault',
  async (operation, fault) => {
    await rotate();
    const mint = mintProcess();
    const before = await mint();
    const end = documentEngine.inject(operation, fault);
    expect(await rotate()).toBe(false);
    expect(accepted(before)).toBe(true);
    end();

    await client.send(new RotateSecretCommand({ SecretId: arn })).catch(() => undefined);
    await secretsManager.rotationsEnded();

    expect(accepted(before)).toBe(true);
    expect(accepted(await mint())).toBe(true);
    expect(accepted(await mintProcess()())).toBe(true);
    expect(documentEngine.secrets().filter(({ expiresAt }) => expiresAt === undefined)).toHaveLength(1);
    advance(overlapOf(LIFE));
    expect(documentEngine.secrets()).toHaveLength(1);
    expect(accepted(await mintProcess()())).toBe(true);
    expect(lines.join('')).not.toContain(API_TOKEN);
  },
);
