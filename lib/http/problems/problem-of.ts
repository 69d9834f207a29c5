import { LayermintError } from '../../runtime/errors.ts';
import type { Seconds } from '../../runtime/time.ts';
import { Problem, type ProblemSlug } from './problem.ts';

/** The least value of `Retry-After`, unless the error has its own. */
const RETRY_AFTER: Seconds = 10;

/**
 * Turns anything that was thrown into the problem to answer with. The answer tells only facts that a caller can act on. Facts for
 * operators stay in the log.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LayermintError) return problemOfCode(error);
  // Middy throws it shortly before Lambda would end the process.
  return error instanceof Error && error.name === 'TimeoutError' ? timedOut() : internalError();
}

/** Compares codes and not classes, so that no function bundles domains that it does not use. */
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
    case 'DEADLINE_OVER':
      return timedOut();
    case 'REVOCATIONS_PENDING':
      return tryLater(
        'revocations-pending',
        "Many revocations of this user's tokens for this document wait for Document Engine's confirmation. Try again once it has confirmed some.",
        retryAfterOf(error),
      );
    default:
      return internalError();
  }
}

function timedOut(): Problem {
  return tryLater('timed-out', 'The request was not served in time. Try again later.', 1);
}

/** @param least - the client waits one to three times as long, at random, so that not all clients come back at once */
function tryLater(slug: ProblemSlug, detail: string, least: Seconds): Problem {
  const seconds = least + Math.floor(Math.random() * (2 * least + 1));
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
