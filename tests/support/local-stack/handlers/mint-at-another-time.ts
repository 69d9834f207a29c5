import type { Context } from 'aws-lambda';
import { handler as mint } from '../../../../functions/mint-token.ts';
import type { ApiEvent } from '../../../../lib/http/routes/route.ts';

/** Moves the clock of the process. */
export interface ClockMoved {
  /** How far it goes before the machine's, in milliseconds. */
  readonly ahead: number;
}

const TIMEOUT = 10_000;

let ahead = 0;
const machineNow = Date.now;
Date.now = () => machineNow() + ahead;

/** The mint function, in a process whose clock tests move by an event of their own. */
export async function handler(event: ApiEvent | ClockMoved, context: Context): Promise<unknown> {
  if ('ahead' in event) {
    ({ ahead } = event);
    return undefined;
  }
  // The runtime's own answer went by the moved clock.
  const end = machineNow() + TIMEOUT;
  return mint(event, { ...context, getRemainingTimeInMillis: () => end - machineNow() });
}
