import type { Logger } from '../../../lib/runtime/log.ts';
import type { Invoke } from '../stand-ins/lambda/functions.ts';
import type { ServiceConfig } from './service-config.ts';

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;

/** In milliseconds. */
const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** A function that runs by itself. */
export interface Schedule {
  readonly functionName: string;
  /** Milliseconds. */
  readonly every: number;
}

/**
 * The schedules that serverless.yml deploys.
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

function millisecondsOf(rate: string): number {
  const [, count, unit] = RATE.exec(rate) ?? [];
  const found = Object.entries(UNITS).find(([name]) => name === unit);
  if (found === undefined) throw new RangeError(`The local stack knows no schedule "${rate}", only rates`);
  return Number(count) * found[1];
}

/** Runs functions by their schedules, as EventBridge does, until closed. A run that fails is logged. */
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
