import { withWorkspace } from '../packaged-functions.ts';
import type { Report } from '../reporting/report.ts';
import { contest } from './contenders.ts';
import { isOnOneCore } from './measured-process.ts';
import { reportOf } from './results.ts';
import { Trial } from './trial.ts';

/** The number of repetitions. */
export interface Repetitions {
  /** Cold starts of each contender. */
  readonly starts: number;
  /** Tokens of each contender before its warm process is measured. */
  readonly warmUp: number;
  readonly slices: number;
  /** Tokens in each slice. */
  readonly sliceTokens: number;
  /** Requests at a time. */
  readonly connections: number;
}

const REPETITIONS: Repetitions = { starts: 100, warmUp: 2000, slices: 15, sliceTokens: 400, connections: 8 };

/** Compares Layermint's mint function with the services that a team would write instead. */
export function measure(): Promise<Report> {
  return withWorkspace(async (directory) =>
    reportOf(await trials(directory, REPETITIONS, console.error), REPETITIONS, isOnOneCore),
  );
}

/**
 * Measures every contender, in turns.
 *
 * @param directory - for their files
 * @param say - shows the progress
 */
export async function trials(
  directory: string,
  repetitions: Repetitions,
  say: (line: string) => void,
): Promise<readonly Trial[]> {
  const { starts, warmUp, slices, sliceTokens, connections } = repetitions;
  const { contenders, documentId, close } = await contest(directory);
  const all = contenders.map((contender) => new Trial(contender, documentId));
  try {
    for (const trial of all) await trial.measureFiles();
    say(`measuring ${starts} cold starts of each …`);
    for (let round = -1; round < starts; round += 1) {
      for (const trial of all) await trial.coldStart(round >= 0);
    }
    say(`measuring ${warmUp} tokens of each, then ${slices} times ${sliceTokens} …`);
    for (const trial of all) await trial.warmUp(warmUp, connections);
    for (let round = 0; round < slices; round += 1) {
      for (const trial of all) await trial.slice(sliceTokens, connections);
    }
    return all;
  } finally {
    for (const trial of all) await trial.stop();
    await close();
  }
}
