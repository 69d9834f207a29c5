import { LayermintError } from '../../runtime/errors.ts';
import type { Seconds } from '../../runtime/time.ts';
import { Problem, type ProblemSlug } from './problem.ts';

/** The time after which to try again, unless an error says another. */
const RETRY_AFTER: Seconds = 10;

/**
 * Makes the problem to answer with of anything that was thrown. What a caller can act on is said; what only operators
 * can act on stays in the log.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LayermintError) return problemOfCode(error);
  // Middy's, shortly before Lambda would end the process.
  if (error instanceof Error && error.name === 'TimeoutError') {
    return tryLater('timed-out', 'The request was not served in time. Try again later.', 1);
  }
  return internalError();
}

/** By the code and not by the class, so that no route brings along the domains that it does not use. */
function problemOfCode(error: LayermintError): Problem {
  switch (error.code) {
    case 'NO_SIGNING_KEY':
      return tryLater(
        'no-signing-key',
        'No signing key has been made for this deployment yet. Try again once its operators have made one.',
        retryAfterOf(error),
      );
    case 'SIGNING_KEY_UNUSABLE':
    case 'SIGNING_KEY_UNAVAILABLE':
      return tryLater(
        'signing-key-unavailable',
        'The signing key cannot be used at the moment. Try again later.',
        retryAfterOf(error),
      );
    case 'STORE_UNAVAILABLE':
      return tryLater(
        'store-unavailable',
        'The store does not answer at the moment. Try again later.',
        retryAfterOf(error),
      );
    default:
      return internalError();
  }
}

function tryLater(slug: ProblemSlug, detail: string, seconds: Seconds): Problem {
  return new Problem(slug, detail, { headers: { 'retry-after': String(seconds) } });
}

function internalError(): Problem {
  return new Problem(
    'internal-error',
    'The request could not be served. Its requestId finds the reason in the log.',
  );
}

function retryAfterOf(error: LayermintError): Seconds {
  return 'retryAfterSeconds' in error && typeof error.retryAfterSeconds === 'number'
    ? error.retryAfterSeconds
    : RETRY_AFTER;
}
