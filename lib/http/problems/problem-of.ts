import {
  NoSigningKeyError,
  SigningKeyUnavailableError,
  UnusableSigningKeyError,
} from '../../signing-keys/index.ts';
import { type MintRefusal } from '../../tokens/index.ts';
import { Problem } from './problem.ts';
import { principalKey, type Principal } from '../../identity/index.ts';
import { StoreUnavailableError } from '../../table/index.ts';

const RETRY_AFTER_SECONDS = 10;

const retryAfter = (seconds: number): { headers: Record<string, string> } => ({
  headers: { 'retry-after': String(seconds) },
});

/**
 * The problem to answer with for whatever was thrown. What a caller can act on is said; what only operators can act on
 * stays in the log.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof NoSigningKeyError) {
    return new Problem(
      'no-signing-key',
      'No signing key has been made for this deployment yet. Try again once its operators have made one.',
      retryAfter(RETRY_AFTER_SECONDS),
    );
  }
  if (error instanceof UnusableSigningKeyError || error instanceof SigningKeyUnavailableError) {
    return new Problem(
      'signing-key-unavailable',
      'The signing key cannot be used at the moment. Try again later.',
      retryAfter(RETRY_AFTER_SECONDS),
    );
  }
  if (error instanceof StoreUnavailableError) {
    return new Problem(
      'store-unavailable',
      'The store does not answer at the moment. Try again later.',
      retryAfter(error.retryAfterSeconds),
    );
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Problem('timed-out', 'The request was not served in time. Try again later.', retryAfter(1));
  }
  return new Problem(
    'internal-error',
    'The request could not be served. Its requestId finds the reason in the log.',
  );
}

/**
 * The problem to answer with where a token is not minted. A document that does not exist and one without a grant get
 * the same answer.
 */
export function problemOfRefusal(refusal: MintRefusal): Problem {
  switch (refusal.reason) {
    case 'no-grant':
      return new Problem('not-granted', 'No grant lets this user open this layer of this document.');
    case 'permissions-not-granted':
      return new Problem(
        'permissions-not-granted',
        `Not granted on this layer of this document: ${refusal.permissions.join(', ')}. Leave "permissions" out to get all that are granted.`,
      );
    case 'too-many-collaboration-permissions':
      return new Problem(
        'token-too-large',
        `The grants together bring too many collaboration permissions. Merge the grants of ${listed(refusal.builtFrom)}, or ask for fewer permissions.`,
      );
    case 'token-too-large':
      return new Problem(
        'token-too-large',
        `The token would be longer than 8 KB. Merge the grants of ${listed(refusal.builtFrom)}, or ask for fewer permissions.`,
      );
  }
}

function listed(principals: readonly Principal[]): string {
  return principals.map((principal) => JSON.stringify(principalKey(principal))).join(', ');
}
