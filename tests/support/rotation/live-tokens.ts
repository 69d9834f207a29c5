import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import { toMilliseconds, type Seconds } from '../../../lib/runtime/time.ts';
import { thumbprint } from '../../../lib/signing-keys/index.ts';
import {
  type DocumentEngine,
  type HeldSecret,
} from '../../../tools/local/stand-ins/document-engine/index.ts';
import { type ManualClock } from '../runtime/clock.ts';

/** A token in use. */
export interface LiveToken {
  readonly jwt: string;
  /** The expiry, in Unix seconds. */
  readonly exp: Seconds;
  readonly kid: string;
}

/** A refusal, by Document Engine, of a token that has not expired. */
export interface Refusal {
  readonly kid: string;
  /** The path of the last change that Document Engine carried out. */
  readonly after: string;
  /** True if the key was Document Engine's current one until it was rotated, and has not been added again since. */
  readonly inGap: boolean;
}

/** The times at which a token is checked: `always` = also after each change that Document Engine carries out. */
export type Checked = 'always' | 'first and last second';

/** All tokens in use. Checks that Document Engine accepts each of them until it expires. */
export class LiveTokens {
  readonly refusals: Refusal[] = [];
  /** The number of checks so far, over all tokens. */
  checks = 0;
  readonly #clock: ManualClock;
  readonly #documentEngine: DocumentEngine;
  readonly #checked: Checked;
  readonly #tokens = new Set<LiveToken>();
  #lastChange = 'nothing';
  /** The keys that were current, until they are added again. */
  readonly #inGap = new Set<string>();

  constructor(clock: ManualClock, documentEngine: DocumentEngine, checked: Checked) {
    this.#clock = clock;
    this.#documentEngine = documentEngine;
    this.#checked = checked;
  }

  /** Adds a token without checking it now. */
  add(token: LiveToken): void {
    this.#tokens.add(token);
  }

  /** Adds a token and checks it. */
  hold(token: LiveToken): void {
    this.#tokens.add(token);
    this.#checkOne(token);
  }

  /** Checks the tokens after a change that Document Engine has carried out. @param before - its keys before the change */
  async changed(path: string, body: string, before: readonly HeldSecret[]): Promise<void> {
    this.#lastChange = path;
    const told = z.object({ secret: z.string() }).safeParse(JSON.parse(body)).data?.secret;
    const key = told === undefined ? undefined : await thumbprint(createPublicKey(told));
    if (path === '/api/secrets/jwt/rotate') {
      for (const { thumbprint, expiresAt } of before)
        if (expiresAt === undefined) this.#inGap.add(thumbprint);
    }
    if (key !== undefined) this.#inGap.delete(key);
    const id = Number(/^\/api\/secrets\/jwt\/(\d+)$/.exec(path)?.[1]);
    for (const entry of before) if (entry.id === id) this.#inGap.delete(entry.thumbprint);
    this.#check();
  }

  /** Advances the clock, and checks each token in its last second on the way. */
  pass(time: Seconds): void {
    const until = secondsOf(this.#clock) + time;
    const ending = [...this.#tokens]
      .filter(({ exp }) => exp - 1 <= until)
      .sort((one, other) => one.exp - other.exp);
    for (const token of ending) {
      this.#advanceTo(token.exp - 1);
      this.#checkOne(token);
      this.#tokens.delete(token);
    }
    this.#advanceTo(until);
    this.#check();
  }

  #advanceTo(moment: Seconds): void {
    this.#clock.advance(toMilliseconds(Math.max(0, moment - secondsOf(this.#clock))));
  }

  #check(): void {
    if (this.#checked === 'always') for (const token of this.#tokens) this.#checkOne(token);
  }

  #checkOne(token: LiveToken): void {
    if (token.exp <= secondsOf(this.#clock)) {
      this.#tokens.delete(token);
      return;
    }
    this.checks += 1;
    if (this.#documentEngine.verify(token.jwt).accepted) return;
    this.refusals.push({ kid: token.kid, after: this.#lastChange, inGap: this.#inGap.has(token.kid) });
  }
}
