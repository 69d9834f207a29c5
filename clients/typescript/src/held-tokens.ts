import type { Flight } from './flights.ts';
import { members, type Answer } from './requests.ts';
import type { Mark, Time } from './server-time.ts';
import type { Token, TokenRequest, WatchListener } from './source-types.ts';

/** A token with its times, by the device's clocks. */
export interface HeldToken {
  readonly token: Token;
  readonly sent: Mark;
  readonly received: Mark;
  /** The milliseconds from sending to the end of the token's life, at the earliest. */
  readonly lifeMs: number;
  /** The milliseconds from receipt to its renewal. */
  readonly waitMs: number;
}

/** Everything about one request: its token, its flight and its watches. */
export interface Entry {
  /** The body to send, in its canonical form. */
  readonly request: TokenRequest;
  /** Each watch has an object of its own, so that one listener can watch twice. */
  readonly watches: Set<{ readonly listener: WatchListener }>;
  held?: HeldToken | undefined;
  /** The number of tokens in a row that Document Engine refused soon after they were minted. */
  refusals?: number;
  flight?: Flight | undefined;
  cancelTimer?: (() => void) | undefined;
}

/** A token that is refused at this age was good at first. */
const YOUNG_MS = 60_000;
const LONGEST_PAUSE_MS = 15_000;

/** Drops the held token, which Document Engine refused: it must not be served to others either. */
export function dropRefused(time: Time, entry: Entry): void {
  const { held, refusals = 0 } = entry;
  if (held) entry.refusals = time.since(held.received) < YOUNG_MS ? refusals + 1 : 1;
  entry.held = undefined;
}

/**
 * Tells the milliseconds before the next request for a token: if each new one is refused at once, as after a rotation that
 * Document Engine missed, the SDK asks for the next without a pause.
 */
export function pauseBefore({ held, refusals = 0 }: Entry): number {
  return held || refusals < 3 ? 0 : Math.min(1000 * 2 ** (refusals - 3), LONGEST_PAUSE_MS);
}

/** Brings a request into its canonical form: two requests for the same token become equal. */
export function canonical(request: TokenRequest): TokenRequest {
  const given = Object.entries(request) as [string, unknown][];
  return Object.fromEntries(
    given
      .filter(
        ([name, value]) =>
          value !== null && value !== undefined && value !== false && (name !== 'layer' || value !== ''),
      )
      .map(([name, value]) => [name, Array.isArray(value) ? [...(value as string[])].sort() : value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ) as unknown as TokenRequest;
}

const TEXTS = ['jwt', 'documentId', 'layer', 'userId', 'serverUrl', 'documentUrl'] as const;
/** The least wait for a renewal, so that no server can make a client ask without a pause. */
const LEAST_WAIT_MS = 1000;

/** Reads a token from an answer. Returns undefined if it is not the one that the API describes, or not the one asked for. */
export function readToken(value: unknown, asked: TokenRequest, answer: Answer): HeldToken | undefined {
  const given = members(value);
  const [issued, expires, refresh] = ['issuedAt', 'expiresAt', 'refreshAt'].map((name) =>
    Date.parse(String(given[name])),
  ) as [number, number, number];
  const lifeMs = expires - issued;
  const token = value as Token;
  const isAsked =
    TEXTS.every((name) => typeof given[name] === 'string') &&
    Array.isArray(given['permissions']) &&
    token.documentId === asked.documentId &&
    (asked.privateLayer === true || token.layer === (asked.layer ?? '')) &&
    lifeMs > 0 &&
    refresh <= expires;
  if (!isAsked) return undefined;
  const { sent, received, date } = answer;
  // The time for which the token existed before this answer; 0 without a Date header.
  const ageMs = date > issued ? date - issued : 0;
  const waitMs = Math.max(refresh - issued - ageMs, LEAST_WAIT_MS);
  return { token: Object.freeze(token), sent, received, lifeMs: lifeMs - ageMs, waitMs };
}

/** Tells the milliseconds for which a token lives, at least. Not positive if it has expired. */
export function leftMs(time: Time, held: HeldToken | undefined): number {
  return held ? held.lifeMs - time.since(held.sent) : 0;
}

/** Tells if a token is to be renewed, or is missing. */
export function isDue(time: Time, held: HeldToken | undefined): boolean {
  return !held || time.since(held.received) >= held.waitMs;
}
