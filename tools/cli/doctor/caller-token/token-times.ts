import type { JWTPayload } from 'jose';
import { secondsOf, systemClock } from '../../../../lib/runtime/clock.ts';
import { DAY, HOUR, MINUTE, type Seconds } from '../../../../lib/runtime/time.ts';
import { failed, ok, type Finding } from '../finding.ts';

const CHECK = 'the caller token is valid now';

/** Checks `exp`, `nbf` and `iat` by the clock of this machine. API Gateway also refuses a token that is issued in the future. */
export function* checkTimes({ exp, nbf, iat }: JWTPayload): Generator<Finding> {
  const now = secondsOf(systemClock);
  const early = 'Compare the clock of this machine with the one of the issuer, and get a new token.';
  if (typeof exp !== 'number') {
    yield failed(
      CHECK,
      'it has no "exp"',
      'Let the issuer give tokens that expire: API Gateway refuses others.',
    );
  } else if (exp <= now) {
    yield failed(CHECK, `it expired ${inWords(now - exp)} ago`, 'Get a new token.');
  } else if (typeof nbf === 'number' && nbf > now) {
    yield failed(CHECK, `it is not valid for another ${inWords(nbf - now)}`, early);
  } else if (typeof iat === 'number' && iat > now) {
    yield failed(CHECK, `it is issued ${inWords(iat - now)} in the future`, early);
  } else {
    yield ok(CHECK, `for another ${inWords(exp - now)}`);
  }
}

function inWords(seconds: Seconds): string {
  const [unit, length] =
    seconds >= 2 * DAY
      ? (['days', DAY] as const)
      : seconds >= 2 * HOUR
        ? (['hours', HOUR] as const)
        : seconds >= 2 * MINUTE
          ? (['minutes', MINUTE] as const)
          : (['seconds', 1] as const);
  return `${Math.floor(seconds / length)} ${unit}`;
}
