import type { UserLimit } from '../../../limits/index.ts';
import type { Logger } from '../../../runtime/log.ts';
import { Problem } from '../../problems/problem.ts';

/** The limit of a stage; absent if it has none. */
export interface LimitDependencies {
  readonly userLimit?: UserLimit;
  readonly log: Logger;
}

/**
 * Takes the tokens of a request from the limit of their user. With `onBehalfOf`, that is the represented person: a backend mints for
 * many, and its own requests must not stop them, but one person cannot flood through it either.
 *
 * @param count - the tokens that the request asks for, minted or not: a refusal costs the same reads
 * @throws Problem 429 if the user has to wait; StoreUnavailableError if the table does not answer
 */
export async function takeWithinLimit(
  { userLimit, log }: LimitDependencies,
  userId: string,
  count: number,
): Promise<void> {
  const wait = await userLimit?.take(userId, count);
  if (!wait) return;
  log.count('RequestsLimited');
  throw new Problem(
    'too-many-requests',
    `Too many tokens were requested for this user. Try again in ${wait} seconds.`,
    { headers: { 'retry-after': String(wait) } },
  );
}
