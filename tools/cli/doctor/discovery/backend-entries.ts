import { ok, warning, type Finding } from '../finding.ts';
import type { CallerSettings } from './checked-issuer.ts';

const CHECK = 'every entry of "backends" can be the user id of a caller';

/** Compares the user ids in "backends" with the prefixes of the issuers. A stage without "backends" has no such finding. */
export function* checkBackends({ issuers, backends }: CallerSettings): Generator<Finding> {
  if (backends.size === 0) return;
  const lost = [...backends.keys()].filter(
    (userId) => !issuers.some(({ names }) => names === undefined || isOf(userId, names)),
  );
  if (lost.length === 0) {
    yield ok(CHECK, `${backends.size}`);
    return;
  }
  const prefixes = issuers.map(({ names }) => JSON.stringify(names?.prefix ?? '')).join(', ');
  yield warning(
    CHECK,
    `${lost.map((userId) => JSON.stringify(userId)).join(', ')} begins with none of the prefixes ${prefixes}`,
    'Write the "userIdPrefix" of the issuer before the user id that its token has.',
  );
}

/** Tells whether an issuer can make a user id. */
function isOf(
  userId: string,
  { prefix, foreignPrefixes }: { readonly prefix: string; readonly foreignPrefixes: readonly string[] },
): boolean {
  return userId.startsWith(prefix) && !foreignPrefixes.some((foreign) => userId.startsWith(foreign));
}
