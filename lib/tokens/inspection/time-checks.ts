import { DAY, toMilliseconds, type Seconds } from '../../runtime/time.ts';
import { check, shown, type Check, type Finding } from './check.ts';
import type { JsonObject } from './decoding.ts';

// The last second that is a date in JavaScript. A larger number does not count seconds.
const LAST_SECOND = 8_640_000_000_000;

// In the year 5138 if it counts seconds, and in 1973 if it counts milliseconds.
const LIKELY_MILLISECONDS = 100_000_000_000;

/**
 * Checks the times of a token against the clock. Document Engine does not document a tolerance for clocks, so none is assumed.
 *
 * @param at - since the Unix epoch
 */
export function timeChecks({ exp, nbf, iat }: JsonObject, at: Seconds): Check[] {
  return [
    check(
      {
        rule: 'exp',
        basis: 'documented',
        expected: `an integer in Unix seconds, later than now, ${dated(at)}`,
      },
      timeFinding(exp, {
        absent: 'Give the token an expiry. Document Engine refuses tokens without one.',
        holds: (time) => time > at,
        otherwise:
          'Mint a new token. Document Engine answers 403, "Invalid `exp` claim in JWT: Expiration time is in the past".',
      }),
    ),
    check(
      {
        rule: 'nbf',
        basis: 'documented',
        expected: `absent, or an integer in Unix seconds, not later than now, ${dated(at)}`,
      },
      timeFinding(nbf, {
        holds: (time) => time <= at,
        otherwise:
          'Wait until then, correct the clock of the issuer, or leave out "nbf". Document Engine answers 403, "Invalid `nbf` claim in JWT".',
      }),
    ),
    check(
      {
        rule: 'iat',
        basis: 'undocumented',
        expected: `absent, or an integer in Unix seconds, not later than now, ${dated(at)}`,
      },
      timeFinding(iat, {
        holds: (time) => time <= at,
        otherwise:
          'Correct the clock of the issuer. Document Engine does not document whether it accepts a token from the future.',
      }),
    ),
    ...lifetimeCheck(exp, iat, at),
  ];
}

interface TimeRule {
  /** The advice if there is no such claim; absent if it is optional. */
  readonly absent?: string;
  readonly holds: (time: Seconds) => boolean;
  readonly otherwise: string;
}

function timeFinding(value: unknown, { absent, holds, otherwise }: TimeRule): Finding {
  if (value === undefined) return { actual: 'absent', fault: absent, note: 'It is optional.' };
  if (!isTime(value))
    return {
      actual: shown(value),
      fault: 'Write it as a whole number of seconds since 1970-01-01T00:00:00Z.',
    };
  if (holds(value)) return { actual: dated(value) };
  const inMilliseconds = value > LIKELY_MILLISECONDS ? ' It looks like milliseconds; divide it by 1000.' : '';
  return { actual: dated(value), fault: otherwise + inMilliseconds };
}

function lifetimeCheck(exp: unknown, iat: unknown, at: Seconds): Check[] {
  if (!isTime(exp)) return [];
  const from = isTime(iat) ? iat : at;
  const life = exp - from;
  const inMilliseconds =
    exp > LIKELY_MILLISECONDS ? ' "exp" looks like milliseconds; divide it by 1000.' : '';
  return [
    check(
      { rule: 'lifetime', basis: 'advice', expected: 'at most a day (86400 seconds)' },
      {
        actual: `${life} seconds from ${isTime(iat) ? '"iat"' : 'now'} to "exp"`,
        fault:
          life > DAY
            ? `Give tokens minutes to hours, as the guides of Document Engine advise, and fetch new ones.${inMilliseconds}`
            : undefined,
      },
    ),
  ];
}

function isTime(value: unknown): value is Seconds {
  return (
    Number.isSafeInteger(value) && typeof value === 'number' && value <= LAST_SECOND && value >= -LAST_SECOND
  );
}

/** Writes a moment since the Unix epoch with its date. */
function dated(seconds: Seconds): string {
  return `${seconds} (${new Date(toMilliseconds(seconds)).toISOString().replace('.000Z', 'Z')})`;
}
