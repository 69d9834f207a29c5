import { startCold, type ColdStart } from '../lambda-runtime/cold-start.ts';
import type { ReadyFunction } from './cold-workspace.ts';
import { statusOf } from './first-invocations/answer-status.ts';

/** A function to start again and again. */
export interface Repeated extends ReadyFunction {
  /** The number of starts that count. */
  readonly times: number;
}

/** The starts of a function. */
export interface Series {
  readonly name: string;
  readonly starts: readonly ColdStart[];
}

/**
 * Starts functions in turns, so that the load of the machine meets all of them alike. One more round comes first and does not count:
 * it reads the files from the disk.
 *
 * @param client - the path of AWS's Node runtime client
 * @throws Error if a function fails, or answers with another status: its time would then mean nothing
 */
export async function startInTurns(client: string, functions: readonly Repeated[]): Promise<Series[]> {
  const series = functions.map(({ name }) => ({ name, starts: [] as ColdStart[] }));
  const rounds = Math.max(...functions.map(({ times }) => times));
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { name, packaged, event, status, initAlone, times }] of functions.entries()) {
      if (round >= times) continue;
      const start = await startCold(client, packaged, event, { initAlone });
      const given = statusOf(start.answer);
      if (given !== status) throw new Error(`${name} answered ${given}, not ${status}: ${start.answer}`);
      if (round >= 0) series[index]?.starts.push(start);
    }
  }
  return series;
}
