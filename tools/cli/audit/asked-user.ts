import { shownUserIdOf } from '../../../lib/runtime/user-id-in-logs.ts';

/** The hash that a stage shows in place of a user id. */
const HASH = /^sha256:[\w-]{43}$/;

/**
 * Converts the user id of a question to the form in which the stage's audit log shows it. A hash that was copied from the log stays.
 *
 * @param parameters - of the stage
 */
export function askedUser(
  user: string,
  stage: string,
  { hashUserIds }: Readonly<Record<string, unknown>>,
): string {
  if (HASH.test(user)) return user;
  return shownUserIdOf({ HASH_USER_IDS: hashUserIds === 'on' ? 'on' : 'off', STAGE: stage })(user);
}
