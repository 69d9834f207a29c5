import { beforeAll, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../tools/local/stand-ins/document-engine/index.ts';
import { DocumentEngineClient } from '../../lib/document-engine/index.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import { readPublishedKeys, recordUse, signingKeyOf, signJwt } from '../../lib/signing-keys/index.ts';
import {
  currentPair,
  Rotation,
  ROTATION_STEPS,
  SigningKeySecret,
  type SecretLabels,
} from '../../lib/rotation/index.ts';
import { ManualClock } from '../support/runtime/clock.ts';
import { ecPair, spki } from '../support/signing-keys/keys.ts';
import { startMoto, type Moto } from '../support/aws/moto.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';

// Moto takes seconds to start.
jest.setTimeout(120_000);

const API_TOKEN = 'api-token';
const DOCUMENT = 'contract';

/** The secret with rotation enabled. In moto only an existing Lambda function could enable it. */
class EnabledSecret extends SigningKeySecret {
  override async labels(): Promise<SecretLabels> {
    return { ...(await super.labels()), rotationEnabled: true };
  }
}

const clock = new ManualClock();
let moto: Moto;
let documentEngine: LocalDocumentEngine;
let secret: SigningKeySecret;
let rotation: Rotation;
let arn: string;

const resources = resourcesOfFile();
beforeAll(async () => {
  moto = resources.adopt(await startMoto(), (it) => it.stop());
  arn = moto.environment['SIGNING_KEY_SECRET_ARN'] ?? '';
  documentEngine = resources.adopt(
    await startDocumentEngine({
      clock,
      algorithm: 'ES256',
      publicKey: spki(ecPair().publicKey),
      apiToken: API_TOKEN,
      documents: [{ id: DOCUMENT, layers: [''] }],
    }),
    (it) => it.close(),
  );
  secret = new EnabledSecret(moto.secretsManager, arn);
  rotation = new Rotation({
    secret,
    documentEngine: new DocumentEngineClient({
      url: documentEngine.url,
      apiToken: { current: () => Promise.resolve(API_TOKEN), forget: () => undefined },
      clock,
    }),
    table: moto.table,
    algorithm: 'ES256',
    longestLife: 3600,
    interval: 90 * 86_400,
    predecessor: 'none',
    clock,
    log: createLogger('error'),
  });
});

/** Reads the labels of each version with a label. */
async function labels(): Promise<Record<string, string[]>> {
  const { VersionIdsToStages = {} } = await moto.secretsManager.send(
    new DescribeSecretCommand({ SecretId: arn }),
  );
  return Object.fromEntries(
    Object.entries(VersionIdsToStages).flatMap(([version, stages]) =>
      stages.length > 0 ? [[version, stages.toSorted()]] : [],
    ),
  );
}

/**
 * Makes a token of the key with the label AWSCURRENT. It asks for that label, as moto ignores it if GetSecretValue
 * names only the secret.
 */
async function token(): Promise<string> {
  const pair = await currentPair(secret, 'ES256');
  if (pair === undefined) throw new Error('There is no key yet');
  await recordUse(moto.table, pair, 3600);
  const exp = Math.floor(clock.now() / 1000) + 3600;
  return signJwt({ document_id: DOCUMENT, permissions: ['read-document'], exp }, signingKeyOf(pair));
}

test('Over three rotations each key goes from AWSPENDING to AWSCURRENT to AWSPREVIOUS, and its tokens are accepted', async () => {
  let [former] = Object.keys(await labels());
  const tokens: string[] = [];
  for (let number = 1; number <= 3; number += 1) {
    const version = randomUUID();
    for (const step of ROTATION_STEPS) {
      // createSecret makes the version with its value. Moto's RotateSecret, which makes one without, would need a
      // function too.
      if (step === 'createSecret') await rotation.createSecret(version);
      else await rotation.run(step, version, 60);
      const expected = step === 'finishSecret' ? ['AWSCURRENT', 'AWSPENDING'] : ['AWSPENDING'];
      expect((await labels())[version]).toEqual(expected);
      for (const jwt of tokens) expect(documentEngine.verify(jwt)).toMatchObject({ accepted: true });
    }
    expect(await labels()).toEqual({
      [version]: ['AWSCURRENT', 'AWSPENDING'],
      [former ?? '']: ['AWSPREVIOUS'],
    });
    former = version;
    tokens.push(await token());
  }

  expect((await readPublishedKeys(moto.table)).map(({ state }) => state).toSorted()).toEqual([
    'current',
    'previous',
    'previous',
  ]);
  expect(documentEngine.secrets().filter(({ expiresAt }) => expiresAt === undefined)).toHaveLength(1);
});
