import { decodeJwt } from 'jose';
import { GrantStore } from '../../../lib/grants/index.ts';
import {
  advanceJob,
  beginRun,
  startJob,
  sweep,
  type RevocationDependencies,
} from '../../../lib/revocation/index.ts';
import { HOLDER_KEYS_BEGIN, type Item } from '../../../lib/table/index.ts';
import { createMinting } from '../../../lib/tokens/index.ts';
import { revokeAll, type RevokeAllProgress } from '../../../tools/cli/revoke-all/revoke-all.ts';
import { EVERYONE, grant, subject } from '../grants/grants.ts';
import { ManualClock } from '../runtime/clock.ts';
import { MemoryTable } from '../table/memory-table.ts';
import { minting } from '../tokens/minting.ts';

const DOCUMENT = 'contract';

/**
 * A stage in memory whose table is restored from a backup. Document Engine remembers each revoked `jti` until the expiry of the JWT
 * that named it, and no longer.
 */
export class RestoredStage {
  readonly clock = new ManualClock();
  readonly #former = new MemoryTable();
  #present = this.#former;
  readonly #revoked = new Map<string, number>();
  /** Set to false to make Document Engine unreachable. */
  answers = true;

  /** The table that the stage uses. */
  get table(): MemoryTable {
    return this.#present;
  }

  get former(): MemoryTable {
    return this.#former;
  }

  /** Lets everybody open the document. */
  async open(): Promise<void> {
    await new GrantStore(this.table).put(DOCUMENT, grant(EVERYONE, 'editor'));
  }

  /** Mints a token of at most a day. @returns the JWT */
  async mint(userId: string, ttlSeconds = 900): Promise<string> {
    const { mintToken } = createMinting(
      minting({ table: this.table, clock: this.clock, ttl: { default: 900, max: 86_400 } }),
    );
    const token = await mintToken(subject(userId), { documentId: DOCUMENT, layer: '', ttlSeconds });
    if (token.outcome !== 'minted') throw new TypeError(JSON.stringify(token));
    return token.jwt;
  }

  /** Tells whether Document Engine accepts a token now. */
  accepts(jwt: string): boolean {
    const { jti = '', exp = 0 } = decodeJwt(jwt);
    const now = this.clock.now() / 1000;
    return exp > now && (this.#revoked.get(jti) ?? 0) <= now;
  }

  /** Asks for the revocation of a user's tokens, as `POST /v1/revocations` does. */
  async revoke(userId: string): Promise<void> {
    const run = beginRun(this.#revocation, 60_000);
    const job = await startJob({ userId, documentId: DOCUMENT }, 'owner', undefined, run);
    await advanceJob(job, run);
  }

  async sweep(): Promise<void> {
    await sweep(beginRun(this.#revocation, 60_000));
  }

  /** Copies the table, as a backup does. */
  backUp(): MemoryTable {
    return this.table.copy();
  }

  /** Puts a backup in place of the table, as `tableName` does. */
  restore(backup: MemoryTable): void {
    this.#present = backup;
  }

  /** Revokes all tokens, as `npm run revoke-all` does. */
  revokeAll({
    withFormer = true,
    began = this.clock.now(),
    signal = new AbortController().signal,
    pageSize = 2,
  } = {}): Promise<RevokeAllProgress> {
    return revokeAll({
      table: this.table,
      clock: this.clock,
      began,
      pages: pagesOf(this.table, pageSize),
      formerPages: withFormer ? pagesOf(this.#former, pageSize) : undefined,
      signal,
      onProgress: () => undefined,
    });
  }

  get #revocation(): RevocationDependencies {
    const { signingKeys, log, audit } = minting({ clock: this.clock });
    return {
      ...{ table: this.table, clock: this.clock, signingKeys, log, audit },
      documentEngine: {
        revoke: (jwts) => {
          if (!this.answers) return Promise.reject(new Error('unreachable'));
          for (const jwt of jwts) {
            const { jti = '', exp = 0 } = decodeJwt(jwt);
            this.#revoked.set(jti, Math.max(exp, this.#revoked.get(jti) ?? 0));
          }
          return Promise.resolve({ data: jwts });
        },
      },
    };
  }
}

/** Reads the holders of a table in pages. */
async function* pagesOf(table: MemoryTable, size: number): AsyncGenerator<Item[]> {
  const holders = table.everything().filter(({ sk }) => sk.startsWith(HOLDER_KEYS_BEGIN));
  for (let at = 0; at < holders.length; at += size) {
    yield await Promise.resolve(holders.slice(at, at + size));
  }
}
