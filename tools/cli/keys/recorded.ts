import { nameOf } from '../../../lib/runtime/errors.ts';
import { currentPair, type RotationDependencies } from '../../../lib/rotation/index.ts';
import { UsageError } from '../errors.ts';
import type { OperatorRecords } from '../operator-records/operator-records.ts';
import { nextPair } from './taken-from-environment.ts';

/** The actions that change a key. */
export type KeyCommand = 'generate' | 'import' | 'rotate' | 'emergency';

/**
 * Runs an action on the keys, and writes its record after it: the outcome, the key that signs then, and one that waits. An action that
 * refuses to begin has no record. One that failed can have changed something, and has one.
 *
 * @param action - returns the exit code; any other than 0 means that nothing was done
 * @param entryId - the id of Document Engine's entry that may be replaced although the stage does not know it
 * @returns the exit code of the action
 * @throws the error of the action
 */
export async function recorded(
  command: KeyCommand,
  action: () => Promise<number>,
  records: Pick<OperatorRecords, 'write'>,
  dependencies: Pick<RotationDependencies, 'secret' | 'algorithm'>,
  entryId?: number,
): Promise<number> {
  const write = async (outcome: 'done' | 'failed', error?: string): Promise<void> => {
    const keys = await keysOf(dependencies);
    await records.write([
      { type: 'signing-key.command', data: { command, outcome, ...keys, entryId, error } },
    ]);
  };
  try {
    const exitCode = await action();
    if (exitCode === 0) await write('done');
    return exitCode;
  } catch (error) {
    if (!(error instanceof UsageError)) await write('failed', nameOf(error));
    throw error;
  }
}

async function keysOf(
  dependencies: Pick<RotationDependencies, 'secret' | 'algorithm'>,
): Promise<{ readonly kid?: string | undefined; readonly nextKid?: string | undefined }> {
  const { secret, algorithm } = dependencies;
  const kidOf = (pair: { readonly kid: string } | undefined): string | undefined => pair?.kid;
  const [kid, nextKid] = await Promise.all([
    currentPair(secret, algorithm).then(kidOf, () => undefined),
    nextPair(dependencies).then(kidOf, () => undefined),
  ]);
  return { kid, nextKid };
}
