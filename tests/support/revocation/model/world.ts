import { decodeJwt } from 'jose';
import { type MintedToken, type MintRequest } from '../../../../lib/tokens/index.ts';
import { ManualClock } from '../../runtime/clock.ts';
import { MemoryTable } from '../../table/memory-table.ts';
import { type Subject } from '../../../../lib/identity/index.ts';
import { dueOf, type Item, type Key } from '../../../../lib/table/index.ts';

/** A token in its holder's hands. `revoked`: a revocation was requested while the holder had it. */
export interface HeldToken {
  readonly subject: Subject;
  readonly request: MintRequest;
  readonly token: MintedToken;
  readonly revoked: boolean;
}

/** A grant that its caller set after an earlier request for it was answered. Nothing else changes it. */
export interface KeptGrant {
  readonly key: Key;
  readonly role: string;
}

/** A request for a token. */
export interface Asked {
  readonly subject: Subject;
  readonly request: MintRequest;
}

/** The whole state: the table, Document Engine's revocations, the held tokens, and the time. */
export class World {
  readonly table: MemoryTable;
  readonly clock: ManualClock;
  readonly revocations: Revocations;
  tokens: readonly HeldToken[];
  asked: readonly Asked[];
  kept: readonly KeptGrant[];

  constructor(like?: World) {
    this.table = like ? like.table.copy() : new MemoryTable();
    this.clock = new ManualClock(like?.clock.now());
    this.revocations = new Revocations(like?.revocations);
    this.tokens = like?.tokens ?? [];
    this.asked = like?.asked ?? [];
    this.kept = like?.kept ?? [];
  }

  /** Lists the items of the index of due work, in its order. */
  dueItems(): Item[] {
    const since = (item: Item): number => dueOf(item)?.dueSince ?? 0;
    const due = this.table.everything().filter((item) => dueOf(item) !== undefined);
    return due.sort((one, other) => since(one) - since(other));
  }
}

/** Document Engine's revocations as documented: a `jti` stays revoked until the `exp` of the JWT that named it. */
export class Revocations {
  readonly #until: Map<string, number>;

  constructor(like?: Revocations) {
    this.#until = new Map(like ? like.#until : []);
  }

  add(jwts: readonly string[]): void {
    for (const { jti = '', exp = 0 } of jwts.map((jwt) => decodeJwt(jwt))) {
      this.#until.set(jti, Math.max(exp, this.#until.get(jti) ?? 0));
    }
  }

  /** @param now - milliseconds since the Unix epoch */
  accepts({ family, expiresAt }: MintedToken, now: number): boolean {
    return expiresAt * 1000 > now && (this.#until.get(family) ?? 0) * 1000 <= now;
  }

  /** Tells whether it accepts the token at any moment from now on. */
  everAccepts({ family, expiresAt }: MintedToken, now: number): boolean {
    return expiresAt * 1000 > now && (this.#until.get(family) ?? 0) < expiresAt;
  }

  toString(): string {
    return [...this.#until].sort().join(' ');
  }
}
