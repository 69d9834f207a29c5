import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { createSecretsManagerClient } from '../../../lib/aws.ts';
import { systemClock } from '../../../lib/clock.ts';
import { createLogger } from '../../../lib/log.ts';
import { publishKey, spkiOf, type KeyPair } from '../../../lib/signing-keys/index.ts';
import {
  currentPair,
  generateSigningKey,
  Rotation,
  rotateInEmergency,
  secretStringOf,
  signingKeysStatus,
  type RotationDependencies,
} from '../../../lib/signing-keys/rotation/index.ts';
import { rotationOf } from '../../../lib/wiring/rotation.ts';
import { UsageError } from '../command.ts';
import { readKeyFile } from './key-file.ts';
import { type KeysStage } from './stage.ts';
import { statusTable } from './status-table.ts';

// How long a step of a rotation that this command runs itself can take, in seconds.
const STEP = 120;

// How often, and how many times, it is looked whether Secrets Manager has finished a rotation; milliseconds.
const LOOK_EVERY = 1_000;
const LOOKS = 300;

const DISTRIBUTE =
  'Put this into JWT_PUBLIC_KEY of a Document Engine that takes its key from its environment, and restart it:';

/** What the commands work with. What the library logs goes to standard error; nothing here counts for CloudWatch. */
function dependenciesOf({ environment }: KeysStage): RotationDependencies {
  const log = createLogger('warn', (line) => process.stderr.write(line));
  return rotationOf(environment, { ...log, count: () => undefined, gauge: () => undefined });
}

/** Makes the first key of a stage, in its secret, and prints the public half. */
export async function generateKey(stage: KeysStage): Promise<number> {
  const dependencies = dependenciesOf(stage);
  const current = await currentPair(dependencies.secret, dependencies.algorithm);
  if (current !== undefined) {
    throw new UsageError(`The stage signs with the key ${current.kid} already. "rotate" replaces it.`);
  }
  const { pair } = await generateSigningKey(dependencies.algorithm, systemClock);
  await putCurrent(pair, dependencies);
  return printKey(pair);
}

/** Signs with a key from a file from now on. */
export async function importKey(stage: KeysStage, file: string): Promise<number> {
  const dependencies = dependenciesOf(stage);
  const pair = await readKeyFile(file, dependencies.algorithm);
  const current = await currentPair(dependencies.secret, dependencies.algorithm);
  if (current?.kid === pair.kid || current?.publicKey.equals(pair.publicKey)) {
    console.log(`The stage signs with this key already, as ${current.kid}.`);
    return 0;
  }
  if ((await dependencies.secret.labels()).rotationEnabled) {
    await rotateTo(pair, dependencies);
    console.log(`The stage signs with the key ${pair.kid}, and Document Engine has it. ${FORMER}`);
    return 0;
  }
  if (current !== undefined) {
    throw new UsageError(
      `The stage signs with the key ${current.kid}, and rotation is off: Document Engine would refuse the tokens of one of the two keys. docs/operations.md says how to replace a key of a Document Engine that takes it from its environment.`,
    );
  }
  await putCurrent(pair, dependencies);
  return printKey(pair);
}

const FORMER = 'The former key verifies until the last of its tokens has run out.';

/** The four steps of a rotation, to a key that is given. */
async function rotateTo(pair: KeyPair, dependencies: RotationDependencies): Promise<void> {
  const rotation = new Rotation(dependencies);
  // Derived from the key, so that an import that failed is gone on with by importing the same file again.
  const version = versionFor(pair);
  await rotation.createSecret(version, pair);
  for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const)
    await rotation.run(step, version, STEP);
}

/** A secret version for a given key: its thumbprint, which has a length that Secrets Manager takes. */
function versionFor({ kid }: KeyPair): string {
  return kid.padEnd(32, '-').slice(0, 64);
}

/** Puts a first key into the secret, and publishes it. */
async function putCurrent(
  pair: KeyPair,
  { secret, table, longestLife }: RotationDependencies,
): Promise<void> {
  const version = randomUUID();
  const former = (await secret.labels()).versionWith('AWSCURRENT');
  await secret.write(version, secretStringOf(pair, systemClock), 'AWSPENDING');
  await publishKey(table, pair, 'current', longestLife);
  await secret.makeCurrent(version, former ?? '');
  await secret.takeOff('AWSPENDING', version);
}

/** Prints the public key that the stage signs with. */
export async function printPublicKey(stage: KeysStage): Promise<number> {
  const { secret, algorithm } = dependenciesOf(stage);
  const pair = await currentPair(secret, algorithm);
  if (pair === undefined)
    throw new UsageError('There is no signing key yet: "generate", "import" or "rotate" makes one.');
  process.stdout.write(spkiOf(pair.publicKey));
  return 0;
}

function printKey(pair: KeyPair): number {
  console.error(`The stage signs with the key ${pair.kid}. ${DISTRIBUTE}`);
  process.stdout.write(spkiOf(pair.publicKey));
  return 0;
}

/** Shows every key with its state on both sides. */
export async function printStatus(stage: KeysStage): Promise<number> {
  const status = await signingKeysStatus(dependenciesOf(stage));
  console.log(statusTable(status));
  const current = status.keys.find(({ labels }) => labels.includes('AWSCURRENT'));
  const works = current?.accepted === true && status.faults.length === 0;
  return works ? 0 : 1;
}

/** Has Secrets Manager rotate the key, and waits until it has. */
export async function rotateKey(stage: KeysStage): Promise<number> {
  const { secret, algorithm } = dependenciesOf(stage);
  const before = (await secret.labels()).versionWith('AWSCURRENT');
  await createSecretsManagerClient().send(
    new RotateSecretCommand({
      SecretId: stage.environment.SIGNING_KEY_SECRET_ARN,
      ClientRequestToken: randomUUID(),
    }),
  );
  for (let look = 0; look < LOOKS; look += 1) {
    const labels = await secret.labels();
    const now = labels.versionWith('AWSCURRENT');
    if (now !== before) {
      console.log(
        `The stage signs with the key ${(await currentPair(secret, algorithm))?.kid ?? '?'}. ${FORMER}`,
      );
      return 0;
    }
    await systemClock.sleep(LOOK_EVERY);
  }
  throw new Error(
    'Secrets Manager has not finished the rotation within five minutes. The log of the function "rotate" says why; ' +
      'every step can be repeated: run this command again.',
  );
}

/** Gives up a key that has leaked. */
export async function rotateKeyInEmergency(stage: KeysStage, yes: boolean): Promise<number> {
  if (!yes && !(await confirmed(stage.name))) {
    console.error('Nothing was done.');
    return 1;
  }
  const kid = await rotateInEmergency({
    ...dependenciesOf(stage),
    replaceProcesses: () => stage.replaceProcesses(),
    report: (done) => {
      console.log(`ok  ${done}`);
    },
  });
  console.log(
    `The stage signs with the key ${kid}. Restart Document Engine now: sessions that were opened with forged tokens may live on until then.`,
  );
  return 0;
}

async function confirmed(stage: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('Without a terminal to ask on, --emergency needs --yes.');
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await questions.question(
      `This ends everybody's tokens of the stage ${stage} at once; clients get new ones. Type the stage's name to go on: `,
    );
    return answer.trim() === stage;
  } finally {
    questions.close();
  }
}
