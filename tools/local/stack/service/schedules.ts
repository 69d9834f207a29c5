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

function millisecondsOf(rate: string): Milliseconds {
  const [, count, unit] = RATE.exec(rate) ?? [];
  const found = Object.entries(UNITS).find(([name]) => name === unit);
  if (found === undefined) throw new RangeError(`The local stack has no schedule "${rate}", only rates`);
  return toMilliseconds(Number(count) * found[1]);
}

/** Runs functions on their schedules, as EventBridge does, until closed. Logs a failed run. */
export function startSchedules(
  schedules: readonly Schedule[],
  invoke: Invoke,
  log: Logger,
): { close(): Promise<void> } {
  const timers = schedules.map(({ functionName, every }) =>
    setInterval(() => {
      invoke(functionName, {}).catch(() => {
        log.error('A scheduled function failed', { function: functionName });
      });
    }, every),
  );
  return {
    close: () => {
      for (const timer of timers) clearInterval(timer);
      return Promise.resolve();
    },
  };
}
