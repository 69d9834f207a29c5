import { publicKeyOf, readPublishedKeys, spkiOf, type KeyPair } from '../../../lib/signing-keys/index.ts';
import {
  currentPair,
  generateSigningKey,
  permitReplacing,
  RotationRefusedError,
  signingKeysStatus,
  type RotationDependencies,
} from '../../../lib/rotation/index.ts';
import { UsageError } from '../errors.ts';
import { dependenciesOf } from './dependencies.ts';
import { readKeyFile } from './key-file.ts';
import { inTime, runParts } from './out-of-time.ts';
import { completeRotation, rotateBySecretsManager, rotateTo } from './replaced-while-running.ts';
import { type KeysStage } from './keys-stage.ts';
import { statusTable } from './status-table.ts';
import { nextPair, place, signWithNext, type Placed } from './taken-from-environment.ts';
import { assertNoEmergency } from './unfinished-emergency.ts';

const FORMER = 'The former key verifies until the last of its tokens has expired.';

/**
 * Makes a key for a Document Engine that takes its key from its environment, and prints the public half.
 *
 * @returns the exit code
 * @throws UsageError if rotation is on
 */
export async function generateKey(stage: KeysStage): Promise<number> {
  const dependencies = dependenciesOf(stage);
  const { secret, algorithm, clock } = dependencies;
  if ((await secret.labels()).rotationEnabled) {
    throw new UsageError(
      'Rotation is on for this stage: "rotate" makes each key, including the first, and hands it to Document Engine.',
    );
  }
  const next = await nextPair(dependencies);
  if (next !== undefined) return printNext(next);
  const { pair } = await generateSigningKey(algorithm, clock);
  return placeAndPrint(pair, dependencies, `generate ${stage.options}`);
}

/**
 * Signs with a key from a file, or keeps it as the next key if rotation is off.
 *
 * @param file - its path as on the command line, or `-` for standard input
 * @returns the exit code
 * @throws UsageError if the key is unusable, or was used before; or if another rotation is unfinished. Error if the time is over
 */
export async function importKey(stage: KeysStage, file: string): Promise<number> {
  const dependencies = dependenciesOf(stage);
  const { secret, algorithm } = dependencies;
  const pair = await readKeyFile(file, algorithm);
  const again = `import ${inShell(file)} ${stage.options}`;
  if (!(await secret.labels()).rotationEnabled) return importAndPrint(pair, dependencies, again);
  await assertNoEmergency(stage, dependencies);
  return importAndRotate(pair, dependencies, again);
}

/** Writes a path so that a shell reads it as one word. */
const inShell = (path: string): string =>
  /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

async function importAndRotate(
  pair: KeyPair,
  dependencies: RotationDependencies,
  again: string,
): Promise<number> {
  const current = await currentPair(dependencies.secret, dependencies.algorithm);
  if (current?.publicKey.equals(pair.publicKey) === true) {
    await completeRotation(dependencies, again);
    console.log(`The stage signs with this key already, as ${current.kid}.`);
    return 0;
  }
  await assertUnused(pair, dependencies);
  await rotateTo(pair, dependencies, again, (line) => {
    console.error(line);
  });
  console.log(`The stage signs with the key ${pair.kid}, and Document Engine has it. ${FORMER}`);
  return 0;
}

async function importAndPrint(
  pair: KeyPair,
  dependencies: RotationDependencies,
  again: string,
): Promise<number> {
  const status = await signingKeysOf(dependencies);
  if (status.current?.publicKey.equals(pair.publicKey) === true) return printCurrent(status.current);
  if (status.next?.publicKey.equals(pair.publicKey) === true) return printNext(status.next);
  await assertUnused(pair, dependencies);
  return placeAndPrint(pair, dependencies, again);
}

async function signingKeysOf(
  dependencies: RotationDependencies,
): Promise<{ readonly current?: KeyPair | undefined; readonly next?: KeyPair | undefined }> {
  const { secret, algorithm } = dependencies;
  const next = await nextPair(dependencies);
  try {
    return { current: await currentPair(secret, algorithm), next };
  } catch (error) {
    // A key of another algorithm is replaced like any other.
    if (error instanceof RotationRefusedError) return { next };
    throw error;
  }
}

/** Refuses a former key. A withdrawn key may have leaked, and a replaced key could not be told apart from its former self. */
async function assertUnused({ publicKey }: KeyPair, { table }: RotationDependencies): Promise<void> {
  const pem = spkiOf(publicKey);
  // Version 0.1.0 published a key in the form in which it was stored.
  const used = (await readPublishedKeys(table)).find((published) => {
    const key = publicKeyOf(published);
    return key !== undefined && spkiOf(key) === pem;
  });
  if (used?.state === 'dropped' || used?.state === 'previous') {
    throw new UsageError(
      `This key, ${used.kid}, ${used.state === 'dropped' ? 'was withdrawn' : 'was replaced by another'}. A key is never used again: import a new one.`,
    );
  }
}

async function placeAndPrint(
  pair: KeyPair,
  dependencies: RotationDependencies,
  again: string,
): Promise<number> {
  let placed: Placed = 'waits';
  const run = async (): Promise<void> => {
    placed = await inTime(dependencies.clock, () => place(pair, dependencies));
  };
  await runParts([{ done: 'the key is in Secrets Manager', run }], again);
  return printPlaced[placed](pair);
}

const printPlaced: Readonly<Record<Placed, (pair: KeyPair) => number>> = {
  signs: printCurrent,
  waits: printNext,
};

function printCurrent({ kid, publicKey, alg }: KeyPair): number {
  console.error(
    `The stage signs with the key ${kid}. Restart Document Engine with JWT_ALGORITHM=${alg} and this in JWT_PUBLIC_KEY:`,
  );
  process.stdout.write(spkiOf(publicKey));
  return 0;
}

function printNext({ kid, publicKey, alg }: KeyPair): number {
  console.error(
    `The key ${kid} waits, and the current one keeps signing. Restart Document Engine with JWT_ALGORITHM=${alg} and this in JWT_PUBLIC_KEY; after that, "rotate" makes the stage sign with it:`,
  );
  process.stdout.write(spkiOf(publicKey));
  return 0;
}

/**
 * Prints the public half of the key that the stage signs with.
 *
 * @throws UsageError if there is none yet
 */
export async function printPublicKey(stage: KeysStage): Promise<number> {
  const { secret, algorithm } = dependenciesOf(stage);
  const pair = await currentPair(secret, algorithm);
  if (pair === undefined) {
    throw new UsageError(
      `There is no signing key yet: ${(await secret.labels()).rotationEnabled ? '"rotate" makes' : '"generate" or "import" brings'} one.`,
    );
  }
  process.stdout.write(spkiOf(pair.publicKey));
  return 0;
}

/**
 * Prints every key with its state in Secrets Manager, the table and Document Engine.
 *
 * @returns the exit code: 1 if Document Engine does not accept the current key, if the next rotation would stop, or if something else
 * is faulty
 */
export async function printStatus(stage: KeysStage): Promise<number> {
  const dependencies = dependenciesOf(stage);
  const { rotationEnabled } = await dependencies.secret.labels();
  const status = await signingKeysStatus(dependencies);
  console.log(statusTable(status, rotationEnabled, stage));
  const current = status.keys.find(({ labels }) => labels.includes('AWSCURRENT'));
  const works = current?.accepted === true && status.faults.length === 0;
  return works && !(rotationEnabled && (status.emergencyUnfinished || status.foreign !== undefined)) ? 0 : 1;
}

async function permitCurrent(entry: number, dependencies: RotationDependencies): Promise<void> {
  const current = (await dependencies.documentEngine.listSecrets()).find(
    ({ expiresAt }) => expiresAt === undefined,
  );
  if (current !== undefined && current.id !== entry) {
    throw new UsageError(
      `Document Engine's current key has the id ${current.id}, not ${entry}. "status" lists whose it is. Nothing was done.`,
    );
  }
  await permitReplacing(dependencies, entry);
}

/**
 * Replaces the key, and waits until the new one signs.
 *
 * @param entry - the id of Document Engine's current entry, if it may be replaced although this stage does not know it
 * @returns the exit code
 * @throws UsageError if rotation is off and no key waits, if an emergency rotation is unfinished, or if the entry is not the current one
 */
export async function rotateKey(stage: KeysStage, entry?: number): Promise<number> {
  const dependencies = dependenciesOf(stage);
  const { secret, algorithm } = dependencies;
  if (!(await secret.labels()).rotationEnabled) {
    if (entry !== undefined)
      throw new UsageError("Rotation is off for this stage: it never replaces Document Engine's key.");
    const again = `rotate ${stage.options}`;
    const kid = await signWithNext(dependencies, () => stage.replaceProcesses(), again);
    console.log(
      `The stage signs with the key ${kid}. Document Engine has refused tokens of the former key since its restart.`,
    );
    return 0;
  }
  await assertNoEmergency(stage, dependencies);
  if (entry !== undefined) await permitCurrent(entry, dependencies);
  await rotateBySecretsManager(stage, dependencies, (line) => {
    console.error(line);
  });
  const pair = await currentPair(secret, algorithm);
  console.log(`The stage signs with the key ${pair?.kid ?? '?'}. ${FORMER}`);
  return 0;
}
