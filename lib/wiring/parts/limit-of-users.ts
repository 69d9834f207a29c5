import * as z from 'zod/mini';
import { UserLimit } from '../../limits/index.ts';
import { systemClock } from '../../runtime/clock.ts';
import { json } from '../../runtime/environment.ts';
import type { Table } from '../../table/index.ts';

const whole = (from: number, to: number) => {
  const right = `must be a whole number from ${from} to ${to}`;
  return z
    .number({ error: right })
    .check(z.refine((value) => Number.isInteger(value) && value >= from && value <= to, { error: right }));
};

const SHAPE = 'must be {perMinute: …, burst: …}';

/** The variable of a function that limits the tokens of each user. A batch of 100 must fit into the burst: else it could never pass. */
export const ofUserLimit = {
  USER_LIMIT: z.optional(
    json(z.strictObject({ perMinute: whole(1, 600), burst: whole(100, 10_000) }, { error: SHAPE }), SHAPE),
  ),
};

/** Makes the limit of a stage; nothing if it has none. */
export function userLimitOf(
  { USER_LIMIT }: z.output<z.ZodMiniObject<typeof ofUserLimit>>,
  table: Table,
): { readonly userLimit?: UserLimit } {
  return USER_LIMIT ? { userLimit: new UserLimit(table, USER_LIMIT, systemClock) } : {};
}
