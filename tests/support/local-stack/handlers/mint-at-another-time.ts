import type { Context } from 'aws-lambda';
import { handler as mint } from '../../../../functions/mint-token.ts';
import type { ApiEvent } from '../../../../lib/http/routes/route.ts';

/** Moves the clock of the process. */
export interface ClockMoved {
  /** Its lead over the machine's clock, in milliseconds. */
  readonly ahead: number;
}

const TIMEOUT = 10_000;

let ahead = 0;
const machineNow = Date.now;
Date.now = () => machineNow() + ahead;

/** Runs the mint function. A test moves the clock of its process with a {@link ClockMoved} event. */
export async function handler(event: ApiEvent | ClockMoved, context: Context): Promise<unknown> {
  if ('ahead' in event) {
    ({ ahead } = event);
    return undefined;
  }
  // The runtime's own answer depends on the moved clock.
  const end = machineNow() + TIMEOUT;
  return mint(event, { ...context, getRemainingTimeInMillis: () => end - machineNow() });
}
