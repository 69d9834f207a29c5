import type { DocumentEngineClient, JwtSecret } from '../document-engine/index.ts';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import type { Seconds } from '../runtime/time.ts';
import { overlapOf, readPublishedKeys, spkiOf, type Algorithm, type KeyPair } from '../signing-keys/index.ts';
import type { Table } from '../table/index.ts';
import { KeyList } from './key-list.ts';
import type { Lease } from './lease.ts';
import { pendingPair, replaceablePair } from './pairs.ts';
import { probe } from './probe.ts';
import { expiryAt, expiryOf, type OwnExpiry, type Registration } from './registration.ts';
import type { SigningKeySecret } from './signing-key-secret.ts';

/** The public key of the backend that the stage replaces. */
export interface Predecessor {
  /** SPKI PEM. */
  readonly publicKey: string;
  /** When the last of its tokens has run out, Unix seconds. */
  readonly validUntil: Seconds;
}

/** The dependencies of a rotation. */
export interface RotationDependencies {
  readonly secret: SigningKeySecret;
  readonly documentEngine: DocumentEngineClient;
  readonly table: Table;
  readonly algorithm: Algorithm;
  /** The longest life that the stage allows a token. */
  readonly longestLife: Seconds;
  /** Between two rotations. */
  readonly interval: Seconds;
  readonly predecessor?: Predecessor;
  /** A document that Document Engine holds, see `probe`. */
  readonly probeDocumentId?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The key that is replaced, or the predecessor's: it must go on to verify. */
export interface ReplacedKey extends Registration {
  /** Absent for a predecessor's, whose private half is not ours. */
  readonly pair?: KeyPair;
}

/** One run of a step: the lease with its checkpoint, both keys and Document Engine's list, each taken once. */
export class RotationRun {
  readonly dependencies: RotationDependencies;
  readonly lease: Lease;
  /** The version that AWSCURRENT was on when the run began; that of this rotation if it is being repeated. */
  readonly formerVersion: string | undefined;
  /** Document Engine's list. */
  readonly keys: KeyList;
  #pair: Promise<KeyPair> | undefined;
  #replaced: Promise<ReplacedKey | undefined> | undefined;

  constructor(dependencies: RotationDependencies, lease: Lease, formerVersion: string | undefined) {
    this.dependencies = dependencies;
    this.lease = lease;
    this.formerVersion = formerVersion;
    this.keys = new KeyList(dependencies.documentEngine);
  }

  /** The secret version that names the rotation and becomes the current one. */
  get version(): string {
    return this.lease.version;
  }

  /** Gives the key that is to become current. @throws RotationRefusedError if there is none that can */
  pair(): Promise<KeyPair> {
    const { secret, algorithm } = this.dependencies;
    return (this.#pair ??= pendingPair(secret, this.version, algorithm));
  }

  /**
   * Gives the key that is replaced, as it is to be registered; undefined if there is none. To be asked for before AWSCURRENT
   * moves.
   *
   * @throws RotationRefusedError if it cannot be kept verifying
   */
  replaced(): Promise<ReplacedKey | undefined> {
    return (this.#replaced ??= this.#takeReplaced());
  }

  /** The expiries by which the entry of the new or the old key is known again. */
  expiryOf(whose: 'new' | 'old'): OwnExpiry {
    const { foreign = [], current } = this.lease.checkpoint;
    // The entry that was current becomes the old key's, if Document Engine keeps it.
    const others = whose === 'new' && current !== undefined ? [...foreign, current] : foreign;
    const { isOn, notBefore } = expiryOf(this.version, whose, others);
    return { isOn: (entry) => isOn(entry) && !this.isPredecessors(entry), notBefore };
  }

  /** Tells whether an entry of Document Engine's list is the predecessor's. */
  isPredecessors({ expiresAt }: JwtSecret): boolean {
    return expiresAt !== undefined && expiresAt === this.dependencies.predecessor?.validUntil;
  }

  /** Asks Document Engine which of some keys it accepts, see `probe`. */
  probe(pairs: readonly KeyPair[]): Promise<boolean[]> {
    const { documentEngine, clock, probeDocumentId } = this.dependencies;
    return probe(pairs, documentEngine, clock, probeDocumentId);
  }

  async #takeReplaced(): Promise<ReplacedKey | undefined> {
    const { secret, algorithm, table, clock, longestLife, interval, predecessor } = this.dependencies;
    const now = secondsOf(clock);
    const pair = await replaceablePair(secret, this.formerVersion, algorithm);
    if (pair !== undefined) {
      const published = (await readPublishedKeys(table)).find(({ kid }) => kid === pair.kid);
      const overlap = overlapOf(Math.max(longestLife, published?.longestLife ?? 0));
      return {
        pair,
        publicKey: spkiOf(pair.publicKey),
        expiry: this.expiryOf('old'),
        atLeast: now + overlap,
        // Not just the overlap: should the rotation get stuck, the old key signs until it is seen to.
        until: now + interval + overlap,
      };
    }
    if (predecessor === undefined || predecessor.validUntil <= now) return undefined;
    const { publicKey, validUntil } = predecessor;
    return { publicKey, expiry: expiryAt(validUntil), atLeast: validUntil, until: validUntil };
  }
}
