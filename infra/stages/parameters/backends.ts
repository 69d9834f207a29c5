import * as z from 'zod';
import { SCOPES } from '../../../lib/http/authentication/scopes.ts';
import { isPrincipalName } from '../../../lib/identity/index.ts';
import { didYouMean } from '../../../lib/runtime/nearest.ts';

/** The most backends of a stage. */
const MOST = 20;

/** The most bytes of all backends as JSON. All variables of a function together have at most 4 KB (AWS Lambda, "Quotas"). */
const MOST_BYTES = 2048;

const KNOWN: readonly string[] = Object.values(SCOPES);

const scopeFault = (scope: unknown): string | undefined => {
  if (typeof scope !== 'string' || KNOWN.includes(scope)) return undefined;
  const known = ` Those of Layermint are ${KNOWN.join(', ')}`;
  return `there is no such scope.${didYouMean(scope, KNOWN, (word) => word, known)}`;
};

/** The scopes of machine callers, by user id. The schema of the variable (lib/wiring) refuses anything but a map to lists. */
export const backends = z.unknown().superRefine((given, context) => {
  const fault = (message: string, ...path: readonly (string | number)[]): void => {
    context.addIssue({ code: 'custom', path: [...path], message });
  };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return;
  const all = Object.entries(given);
  if (all.length === 0 || all.length > MOST) fault(`must name 1 to ${MOST} backends`);
  if (Buffer.byteLength(JSON.stringify(given)) > MOST_BYTES)
    fault(`must have at most ${MOST_BYTES} bytes as JSON`);
  for (const [userId, scopes] of all) {
    // A parser can drop a member of this name without a word.
    if (!isPrincipalName(userId) || userId === '__proto__')
      fault('must be a user id: 1 to 512 bytes without control characters', userId);
    if (!Array.isArray(scopes)) continue;
    if (scopes.length === 0) fault('must have one scope or more', userId);
    if (new Set(scopes).size < scopes.length) fault('must not name a scope twice', userId);
    scopes.forEach((scope, at) => {
      const message = scopeFault(scope);
      if (message !== undefined) fault(message, userId, at);
    });
  }
});
