import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey, printStatus, rotateKey } from '../../../../../tools/cli/keys/actions.ts';
import { dependenciesOf } from '../../../../../tools/cli/keys/dependencies.ts';
import { type KeysStage } from '../../../../../tools/cli/keys/keys-stage.ts';
import { UsageError } from '../../../../../tools/cli/errors.ts';
import { localClient } from '../../../../../tools/local/stand-ins/aws-account.ts';
import { startDocumentEngine } from '../../../../../tools/local/stand-ins/document-engine/index.ts';
import { startDynamoDB } from '../../../../../tools/local/stand-ins/dynamodb/index.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { generateSigningKey, Rotation } from '../../../../../lib/rotation/index.ts';
import { systemClock } from '../../../../../lib/runtime/clock.ts';
import { parseEnvironment } from '../../../../../lib/runtime/environment.ts';
import { signingKeyFetcher, signJwt, spkiOf, type Algorithm } from '../../../../../lib/signing-keys/index.ts';
import { KEYS_PARTITION } from '../../../../../lib/table/index.ts';
import { environment } from '../../../../../lib/wiring/rotate-signing-key.ts';
import { openDocument } from '../../../../support/document-engine/document-engine-client.ts';
import { createDeployedTable } from '../../../../support/table/deployed-table.ts';
import { ecPem } from '../../../../support/signing-keys/ec-numbers.ts';
import { ecPair, pkcs8, rsaPair } from '../../../../support/signing-keys/keys.ts';
import { rsaPem, CARMICHAEL, PRIMES } from '../../../../support/signing-keys/rsa-numbers.ts';
import { misfits, UNSOUND_EC_KEYS, UNSOUND_RSA_KEYS } from '../../../../support/signing-keys/unsound-keys.ts';

const SECRET = 'signing-key';
const API_TOKEN = 'an-api-token';
const DOCUMENT = 'contract-2026';

const unsound = [...UNSOUND_RSA_KEYS, ...UNSOUND_EC_KEYS, ...misfits()];

describe.each([
  ['ES256', ecPem('ES256', { scalar: 1n }), () => pkcs8(ecPair().privateKey)],
  ['RS256', rsaPem({ p: CARMICHAEL, q: PRIMES.q }), () => pkcs8(rsaPair().privateKey)],
] as const)('On a stage with %s', (algorithm, forgeable, soundKey) => {
  let resources: AsyncDisposableStack;
  let secretsManager: LocalSecretsManager;
  let stage: KeysStage;
  let documentEngine: string;
  let directory: string;
  const lines: string[] = [];

  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    const first = await generateSigningKey(algorithm, systemClock);
    const publicKey = spkiOf(first.pair.publicKey);
    const documents = [{ id: DOCUMENT, layers: [''] }];
    const engine = await startDocumentEngine({ algorithm, apiToken: API_TOKEN, documents, publicKey });
    resources.adopt(engine, (it) => it.close());
    documentEngine = engine.url;
    const dynamoDB = resources.adopt(await startDynamoDB(), (it) => it.close());
    await createDeployedTable(dynamoDB, 'table');
    secretsManager = await startSecretsManager({
      invokeRotation: ({ Step, ClientRequestToken }) =>
        new Rotation(dependenciesOf(stage)).run(Step, ClientRequestToken, 60),
    });
    resources.adopt(secretsManager, (it) => it.close());
    stage = stageOf(algorithm, {
      SIGNING_KEY_SECRET_ARN: secretsManager.createSecret(SECRET, first.secretString),
      DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: secretsManager.createSecret('api-token', API_TOKEN),
      dynamoDB: dynamoDB.url,
    });
    secretsManager.setRotationEnabled(SECRET, true);
    const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'layermint-refused-')));
    directory = folder.path;
    lines.length = 0;
    for (const method of ['log', 'error'] as const)
      jest.spyOn(console, method).mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await resources.disposeAsync();
  });

  function stageOf(alg: Algorithm, { dynamoDB, ...secrets }: Readonly<Record<string, string>>): KeysStage {
    return {
      name: 'test',
      options: '--stage test',
      environment: parseEnvironment(environment, {
        ...secrets,
        STAGE: 'test',
        LOG_LEVEL: 'error',
        TABLE_NAME: 'table',
        JWT_ALGORITHM: alg,
        MAX_TTL_SECONDS: '3600',
        ROTATION_INTERVAL_DAYS: '90',
        DOCUMENT_ENGINE_URL: documentEngine,
      }),
      aws: { dynamoDB: localClient(dynamoDB ?? ''), secretsManager: localClient(secretsManager.url) },
      replaceProcesses: () => Promise.resolve(),
    };
  }

  /** Everything that an import can change: the secret's labels, the published keys with the lease, the keys at Document Engine. */
  async function state() {
    const { secret, table, documentEngine: client } = dependenciesOf(stage);
    const labels = await secret.labels();
    const { items } = await table.query({ text: 'pk = :keys', values: { ':keys': KEYS_PARTITION } });
    return {
      labels: (['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const).map((label) =>
        labels.versionWith(label),
      ),
      items,
      entries: await client.listSecrets(),
    };
  }

  async function file(pem: string): Promise<string> {
    const path = join(directory, `${randomUUID()}.pem`);
    await writeFile(path, pem, { mode: 0o600 });
    return path;
  }

  /** Signs a token as a new process does. */
  async function mint(): Promise<string> {
    const client = secretsManager.client();
    const key = await signingKeyFetcher(client, SECRET, algorithm, () => Promise.resolve())();
    const exp = Math.floor(systemClock.now() / 1000) + 600;
    return signJwt({ document_id: DOCUMENT, permissions: ['read-document'], exp, jti: randomUUID() }, key);
  }

  const opens = (token: string): Promise<number> => openDocument(documentEngine, token, DOCUMENT);

  test('an import of any key that must not sign names the fault, and leaves nothing: the next import runs at once', async () => {
    const former = await mint();
    const before = await state();
    const refused = unsound.filter((key) => key.algorithm === algorithm);
    expect(refused.length).toBeGreaterThan(15);

    for (const { name, pem, fault } of refused) {
      const error: unknown = await importKey(stage, await file(pem)).catch((reason: unknown) => reason);
      expect([name, error]).toEqual([name, expect.any(UsageError)]);
      expect(error).toMatchObject({ message: expect.stringMatching(fault) });
      expect([name, await state()]).toEqual([name, before]);
    }

    expect(await importKey(stage, await file(soundKey()))).toBe(0);
    expect([await opens(former), await opens(await mint())]).toEqual([200, 200]);
  });

  /** Puts a key that must not sign into a version that waits, as an operator can do with AWS's tools. */
  async function putPending(): Promise<string> {
    const version = randomUUID();
    await dependenciesOf(stage).secret.write(version, forgeable, 'AWSPENDING');
    return version;
  }

  test('a scheduled rotation that finds an impossible key changes nothing, however often it is repeated', async () => {
    await putPending();
    const before = await state();

    for (let attempt = 0; attempt < 3; attempt += 1) {
      // Secrets Manager repeats it when another one is asked for.
      const { secret } = dependenciesOf(stage);
      const pending = (await secret.labels()).versionWith('AWSPENDING') ?? '';
      const step = new Rotation(dependenciesOf(stage)).run('createSecret', pending, 60);
      await expect(step).rejects.toThrow(/`npm run keys -- rotate` drops it/);
    }

    expect(await state()).toEqual(before);
  });

  test.each(['rotate', 'import'] as const)(
    'a version that waits and must not sign is named by status, and dropped by %s: no token ends',
    async (action) => {
      const former = await mint();
      const stuck = await putPending();

      expect(await printStatus(stage)).toBe(1);
      expect(lines.join('\n')).toMatch(
        new RegExp(`^Fault\\. AWSPENDING, version ${stuck}: .*"rotate" or "import" drops it`, 'm'),
      );
      lines.length = 0;
      expect(await (action === 'rotate' ? rotateKey(stage) : importKey(stage, await file(soundKey())))).toBe(
        0,
      );
      expect(lines[0]).toContain(
        `The secret's version ${stuck} waited, and could never sign. It is dropped.`,
      );
      expect(lines.at(-1)).toContain('The stage signs with the key ');

      lines.length = 0;
      expect(await printStatus(stage)).toBe(0);
      expect(lines.join('\n')).not.toContain(stuck);
      expect([await opens(former), await opens(await mint())]).toEqual([200, 200]);
    },
  );
});
