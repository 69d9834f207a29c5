import type { Clock } from '../runtime/clock.ts';
import { MINUTE, toMilliseconds, toSeconds, type Milliseconds, type Seconds } from '../runtime/time.ts';
import { fullAtOf, limitKey, TTL_NAME, type Table } from '../table/index.ts';

/** The tokens that one user can mint. */
export interface LimitRules {
  /** The tokens a minute in the long run: 1 to 600. */
  readonly perMinute: number;
  /** The tokens at the same moment, after a pause: no request may take more. */
  readonly burst: number;
}

/**
 * The difference between two processes' clocks from which the limit ignores an item. AWS refuses requests signed by a clock that is off by
 * so much (AWS General Reference, "Signature Version 4 signing process").
 */
const CLOCKS_DIFFER: Milliseconds = 15 * 60_000;

/**
 * A limit on the tokens that each user can mint: a token bucket in the table. A full bucket holds `burst` tokens, and one comes back
 * every `1 / perMinute` minutes.
 *
 * The item of a bucket has one moment, `fullAt`: from then on, the bucket is full. Taking a token moves it by the time in which one
 * comes back (the generic cell rate algorithm, ITU-T I.371). DynamoDB checks the condition and changes the item at once, so two
 * processes cannot take the same token. A refused request changes nothing, and so costs no later token.
 */
export class UserLimit {
  readonly #table: Table;
  readonly #rules: LimitRules;
  readonly #clock: Clock;
  /** The time in which one token comes back. A whole number, so that DynamoDB's sums are exact. */
  readonly #interval: Milliseconds;

  constructor(table: Table, rules: LimitRules, clock: Clock) {
    this.#table = table;
    this.#rules = rules;
    this.#clock = clock;
    this.#interval = Math.floor(toMilliseconds(MINUTE) / rules.perMinute);
  }

  /**
   * Takes tokens from a user's bucket, all of them or none. It costs one write of an item if the bucket is full, else one or two.
   *
   * @param userId - the user of the tokens, compared byte for byte
   * @param count - the number of tokens, at most `burst`
   * @returns 0 if the bucket had them; else the seconds, at least 1, after which it has them if nobody takes any until then
   * @throws StoreUnavailableError if the table does not answer
   */
  async take(userId: string, count: number): Promise<Seconds> {
    const { perMinute, burst } = this.#rules;
    const now = this.#clock.now();
    const cost = count * this.#interval;
    const empty = now + burst * this.#interval;
    const highest = empty + CLOCKS_DIFFER;
    // A bucket of other rules is another item: if the rules change, nobody waits by the former ones.
    const key = limitKey(userId, `${perMinute}/${burst}`);
    const values = { ':now': now, ':ttl': toSeconds(highest) + 1 };

    // A moment that no process can have written with a right clock is ignored: else it could stop a user for years.
    const full = await this.#table.updateOrFind(
      key,
      {
        text: 'SET fullAt = :fullAt, #ttl = :ttl',
        values: { ...values, ':fullAt': now + cost },
        names: TTL_NAME,
      },
      {
        text: 'attribute_not_exists(fullAt) OR fullAt <= :now OR fullAt > :highest',
        values: { ':highest': highest },
      },
    );
    if (full.updated) return 0;

    const latest = empty - cost;
    if ((fullAtOf(full.found) ?? 0) > latest) return this.#wait(full.found, latest, cost);
    const part = await this.#table.updateOrFind(
      key,
      {
        text: 'ADD fullAt :cost SET #ttl = :ttl',
        values: { ...values, ':cost': cost },
        names: TTL_NAME,
      },
      { text: 'fullAt > :now AND fullAt <= :latest', values: { ':latest': latest } },
    );
    return part.updated ? 0 : this.#wait(part.found, latest, cost);
  }

  /** Computes the time until a bucket has the tokens. If DynamoDB does not tell the item, the bucket counts as empty. */
  #wait(found: Parameters<typeof fullAtOf>[0], latest: Milliseconds, cost: Milliseconds): Seconds {
    const wait = (fullAtOf(found) ?? latest + cost) - latest;
    return Math.max(1, Math.ceil(wait / 1000));
  }
}
