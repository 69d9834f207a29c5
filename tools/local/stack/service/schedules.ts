import type { Logger } from '../../../../lib/runtime/log.ts';
import { DAY, HOUR, MINUTE, toMilliseconds, type Milliseconds } from '../../../../lib/runtime/time.ts';
import type { Invoke } from '../../stand-ins/lambda/index.ts';
import type { ServiceConfig } from './service-config.ts';

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;

const UNITS = { minute: MINUTE, hour: HOUR, day: DAY } as const;

/** A function that runs on a schedule. */
export interface Schedule {
  readonly functionName: string;
  readonly every: Milliseconds;
}

/**
 * Reads the schedules of serverless.yml.
 *
 * @throws {RangeError} for one that is not a rate
 */
export function schedulesOf({ functions }: ServiceConfig): Schedule[] {
  return Object.entries(functions).flatMap(([functionName, { events }]) =>
    events.flatMap(({ schedule }) =>
      (schedule?.rate ?? []).map((rate) => ({ functionName, every: millisecondsOf(rate) })),
    ),
  );
}

/** Finds Lambda's retries of asynchronous calls in serverless.yml, by the name of the function. */
export const retriesIn =
  ({ functions }: ServiceConfig) =>
  (functionName: string): number | undefined =>
    functions[functionName]?.maximumRetryAttempts;

function millisecondsOf(rate: string): Milliseconds {
  const [, count, unit] = RATE.exec(rate) ?? [];
  const found = Object.entries(UNITS).find(([name]) => name === unit);
  if (found === undefined) throw new RangeError(`The local stack has no schedule "${rate}", only rates`);
  return toMilliseconds(Number(count) * found[1]);
}

/** The time from the start of the stack to the first runs. A function that runs every hour would otherwise show nothing for an hour. */
const FIRST_RUN: Milliseconds = 5_000;

/** Runs functions on their schedules, as EventBridge does, and once soon, until closed. Logs a failed run. */
export function startSchedules(
  schedules: readonly Schedule[],
  invoke: Invoke,
  log: Logger,
): { close(): Promise<void> } {
  const run = (functionName: string): void => {
    invoke(functionName, {}).catch(() => {
      log.error('A scheduled function failed', { function: functionName });
    });
  };
  const names = new Set(schedules.map(({ functionName }) => functionName));
  const first = setTimeout(() => {
    names.forEach(run);
  }, FIRST_RUN);
  const timers = schedules.map(({ functionName, every }) => setInterval(run, every, functionName));
  return {
    close: () => {
      clearTimeout(first);
      for (const timer of timers) clearInterval(timer);
      return Promise.resolve();
    },
  };
}
