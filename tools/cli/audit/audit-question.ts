import { DAY, HOUR, MINUTE, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { unknownWord } from '../arguments.ts';
import { UsageError } from '../errors.ts';

/** The kinds of records by the names that `--kind` takes, with their types. */
export const KINDS = {
  minted: ['token.minted', 'backend-token.minted'],
  refused: ['token.refused', 'backend-token.refused', 'grant.change-refused', 'revocation.request-refused'],
  grants: ['grant.set', 'grant.removed'],
  revocations: ['revocation.requested', 'revocation.confirmed', 'revocation.refused'],
  keys: ['signing-key.step', 'signing-key.command', 'signing-key.registered-again'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A kind of records. */
export type Kind = keyof typeof KINDS;

/** A question to the audit log. */
export interface AuditQuestion {
  readonly document: string | undefined;
  readonly user: string | undefined;
  /** Groups of which the user was a member, as the asking person says: the audit log does not know them. */
  readonly groups: readonly string[];
  readonly kinds: readonly Kind[];
  /** The window, both ends included. Both are the same for one moment. */
  readonly since: Milliseconds;
  readonly until: Milliseconds;
  /** The most entries in each part of the answer for people. */
  readonly limit: number;
}

/** The options as they were typed. */
export interface QuestionOptions {
  readonly document?: string | undefined;
  readonly user?: string | undefined;
  readonly group?: readonly string[] | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly at?: string | undefined;
  readonly limit?: string | undefined;
}

const UNITS = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY } as const;

const MOST_ENTRIES = 10_000;

/**
 * Reads a question.
 *
 * @param now - milliseconds since the Unix epoch
 * @throws UsageError that says how to ask instead
 */
export function questionOf(options: QuestionOptions, now: Milliseconds): AuditQuestion {
  const { document, user, group = [], kind = [], since, until, at, limit = '50' } = options;
  if (document === undefined && user === undefined && kind.length === 0)
    throw new UsageError('--document, --user or --kind is required (see --help).');
  if (group.length > 0 && user === undefined)
    throw new UsageError('--group goes with --user: it names a group of that user.');
  if (at !== undefined && (since !== undefined || until !== undefined))
    throw new UsageError('Give --at for one moment, or --since and --until for a time between two.');
  const window =
    at === undefined
      ? {
          since: timeOf('--since', since ?? '1d', now),
          until: until === undefined ? now : timeOf('--until', until, now),
        }
      : { since: timeOf('--at', at, now), until: timeOf('--at', at, now) };
  if (window.since > now) throw new UsageError('That time lies in the future: the log knows nothing of it.');
  if (window.until < window.since) {
    const given = since === undefined ? ', which is one day ago unless given' : '';
    throw new UsageError(`--until must not be before --since${given}.`);
  }
  return { document, user, groups: group, kinds: kind.map(kindOf), ...window, limit: limitOf(limit) };
}

/**
 * Reads a time: `2h` is two hours ago; m, h, d and w are minutes, hours, days and weeks. A date without a time begins at midnight
 * UTC, and a time needs its zone (RFC 3339).
 *
 * @throws UsageError
 */
export function timeOf(option: string, text: string, now: Milliseconds): Milliseconds {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) return now - toMilliseconds(Number(count) * UNITS[unit as keyof typeof UNITS]);
  const isTime = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d))?$/.test(text);
  const time = isTime ? Date.parse(text.replace(' ', 'T').toUpperCase()) : NaN;
  // Date.parse turns 30 February into 2 March.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(time) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) {
    throw new UsageError(
      `${option} must be a time such as 2h, 7d, 2026-11-24 or 2026-11-24T09:30:00Z, not "${text}".`,
    );
  }
  return time;
}

function kindOf(word: string): Kind {
  const names = Object.keys(KINDS) as Kind[];
  const found = names.find((name) => name === word);
  if (found === undefined) throw unknownWord('kind', word, names);
  return found;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_ENTRIES)
    throw new UsageError(`--limit must be a whole number from 1 to ${MOST_ENTRIES}, not "${text}".`);
  return limit;
}
