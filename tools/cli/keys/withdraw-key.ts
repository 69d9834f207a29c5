import { createInterface } from 'node:readline/promises';
import {
  EMERGENCY_PHASES,
  rotateInEmergency,
  type RotationDependencies,
} from '../../../lib/rotation/index.ts';
import { UsageError } from '../errors.ts';
import { dependenciesOf } from './dependencies.ts';
import { type KeysStage } from './keys-stage.ts';
import { inWords } from './out-of-time.ts';

/**
 * Withdraws a leaked key.
 *
 * @param yes - do not ask for confirmation
 * @returns the exit code
 * @throws UsageError if rotation is off, or without a terminal to ask on; Error if the time of a phase is over
 */
export async function rotateKeyInEmergency(stage: KeysStage, yes: boolean): Promise<number> {
  const dependencies = dependenciesOf(stage);
  if (!(await dependencies.secret.labels()).rotationEnabled) {
    throw new UsageError(
      'Rotation is off for this stage: Document Engine takes its key from its environment, and drops the leaked one at its restart. ' +
        'Make the next key with "generate", restart Document Engine with it, then run "rotate" (docs/operations.md).',
    );
  }
  if (!yes && !(await confirmed(stage.name))) {
    console.error(`This is not the name of the stage, "${stage.name}". Nothing was done.`);
    return 1;
  }
  const kid = await withdraw(stage, dependencies);
  console.log(
    `The stage signs with the key ${kid}. Restart Document Engine now: sessions that were opened with forged tokens may stay open until then. ` +
      'In ten minutes, run the key check once more: it ends a key that a delayed request has brought back (docs/operations.md, "Emergency: the key has leaked").',
  );
  return 0;
}

/**
 * Withdraws the key, and prints each completed phase.
 *
 * @returns the `kid` of the new key
 * @throws Error if the time of a phase is over, with the phases that are done, the others, and the command that continues
 */
export async function withdraw(
  stage: Pick<KeysStage, 'options' | 'replaceProcesses'>,
  dependencies: RotationDependencies,
): Promise<string> {
  const done: string[] = [];
  try {
    return await rotateInEmergency({
      ...dependencies,
      replaceProcesses: () => stage.replaceProcesses(),
      report: (phase) => {
        done.push(phase);
        console.log(`ok  ${phase}`);
      },
    });
  } catch (error) {
    const open = EMERGENCY_PHASES.filter((phase) => !done.includes(phase));
    throw inWords(error, done, open, `rotate --emergency ${stage.options}`);
  }
}

/** Asks on the terminal for confirmation. The end of input (Ctrl-D) means no. */
async function confirmed(stage: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError('--emergency asks for confirmation. Without a terminal, add --yes.');
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve) => {
    questions.once('close', () => {
      resolve('');
    });
  });
  try {
    const answer = await Promise.race([
      questions.question(
        `This ends everybody's tokens of the stage ${stage} at once; clients get new ones. Type the stage's name to continue: `,
      ),
      ended,
    ]);
    return answer.trim() === stage;
  } finally {
    questions.close();
  }
}
