import type { DocumentEngineClient, JwtSecret } from '../document-engine/index.ts';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import type { Seconds } from '../runtime/time.ts';
import { overlapOf, readPublishedKeys, spkiOf, type Algorithm, type KeyPair } from '../signing-keys/index.ts';
import type { Table } from '../table/index.ts';
import { RotationRefusedError } from './errors.ts';
import { KeyList } from './key-list.ts';
import type { Lease } from './lease/lease.ts';
import { explainForeignKey, permittedEntry } from './ownership/foreign-key.ts';
import { findReplaceable, foreignKey } from './ownership/replaceable.ts';
import { pendingPair, replaceablePair } from './pairs.ts';
import { probe } from './probe.ts';
import { expiryAt, expiryOfRotation, type OwnExpiry, type Registration } from './registration.ts';
import type { SigningKeySecret } from './signing-key-secret.ts';

/** The key of the backend that this service replaces. */
export interface Predecessor {
  /** SPKI PEM, as `spkiOf` writes it. */
  readonly publicKey: string;
  /** The moment at which the last of its tokens has expired, in Unix seconds. */
  readonly validUntil: Seconds;
}

export interface RotationDependencies {
  readonly secret: SigningKeySecret;
  readonly documentEngine: DocumentEngineClient;
  readonly table: Table;
  readonly algorithm: Algorithm;
  /** The longest life of a token that the stage allows. */
  readonly longestLife: Seconds;
  /** The time between two rotations. */
  readonly interval: Seconds;
  /** The key that Document Engine holds before the first rotation; `none` if no token of it must stay valid; absent if not said. */
  readonly predecessor?: Predecessor | 'none';
  /** The id of a document that Document Engine holds, see `probe`. */
  readonly probeDocumentId?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The key that is replaced, or the predecessor's key. It must continue to verify. */
export interface ReplacedKey extends Registration {
  /** Absent for the predecessor's key: this service does not have the private half. */
  readonly pair?: KeyPair;
  /** The ids of its entries that are recorded with it. */
  readonly entryIds?: ReadonlySet<number> | undefined;
}

/** One run of a step: the lease with its checkpoint, both keys, and Document Engine's list. Each is read at most once. */
export class RotationRun {
  readonly dependencies: RotationDependencies;
  readonly lease: Lease;
  /** The version with the label AWSCURRENT when the run began: this rotation's own if a finished step is repeated. */
  readonly formerVersion: string | undefined;
  /** Document Engine's list. */
  readonly keys: KeyList;
  #pair: Promise<KeyPair> | undefined;
  #replaced: Promise<ReplacedKey | undefined> | undefined;

  /** @param pair - the key that will become current, if it was read already */
  constructor(
    dependencies: RotationDependencies,
    lease: Lease,
    formerVersion: string | undefined,
    pair?: KeyPair,
  ) {
    if (pair !== undefined) this.#pair = Promise.resolve(pair);
    this.dependencies = dependencies;
    this.lease = lease;
    this.formerVersion = formerVersion;
    this.keys = new KeyList(dependencies.documentEngine);
  }

  /** The secret version that names the rotation and becomes the current one. */
  get version(): string {
    return this.lease.version;
  }

  /** Reads the key that will become current. @throws RotationRefusedError if there is none, or one that cannot sign */
  pair(): Promise<KeyPair> {
    const { secret, algorithm } = this.dependencies;
    return (this.#pair ??= pendingPair(secret, this.version, algorithm));
  }

  /**
   * Reads the key that is replaced, with the validity to register; undefined if there is none. Call it before AWSCURRENT
   * moves.
   *
   * @throws RotationRefusedError if it cannot be kept verifying
   */
  replaced(): Promise<ReplacedKey | undefined> {
    return (this.#replaced ??= this.#takeReplaced());
  }

  /** Gives the expiries by which the entry of the new or the old key is recognized. */
  expiryOf(whose: 'new' | 'old'): OwnExpiry {
    const { foreign = [], current } = this.lease.checkpoint;
    const { isOn, notBefore } = expiryOfRotation({ version: this.version, foreign, current }, whose);
    return { isOn: (entry) => isOn(entry) && !this.isPredecessors(entry), notBefore };
  }

  /** Gives the ids of the entries that this rotation has made for the new or the old key. */
  async idsOf(whose: 'new' | 'old'): Promise<number[]> {
    const { isOn } = this.expiryOf(whose);
    return (await this.keys.entries()).filter(isOn).map(({ id }) => id);
  }

  /** Tells whether an abandoned rotation has made an entry. No published key need name it. */
  isAbandoned(entry: JwtSecret): boolean {
    const { abandoned = [] } = this.lease.checkpoint;
    return abandoned.some(
      (rotation) =>
        expiryOfRotation(rotation, 'new').isOn(entry) || expiryOfRotation(rotation, 'old').isOn(entry),
    );
  }

  /**
   * Makes sure that Document Engine's current entry may be replaced, see `findReplaceable`. Later steps expect the entry that the first
   * one found.
   *
   * @returns true if this rotation may have replaced it already, in an attempt that was interrupted: a probe of the new key has to
   * prove that
   * @throws RotationRefusedError if the entry belongs to somebody else
   */
  async assertReplaceable(): Promise<boolean> {
    const { foreign, current, entries } = this.lease.checkpoint;
    if (foreign === undefined) {
      await findReplaceable(this.dependencies, this.keys, this.lease.checkpoint);
      return false;
    }
    const now = await this.keys.current();
    if (now?.id === current) return false;
    if (now !== undefined && (await permittedEntry(this.dependencies)) === now.id) return false;
    if (entries !== undefined) return true;
    throw await this.foreignKey();
  }

  /** Makes the error that says whose key Document Engine has now in place of the one that the rotation expects. */
  async foreignKey(): Promise<RotationRefusedError> {
    const current = await this.keys.current();
    if (current === undefined)
      return new RotationRefusedError('Document Engine lists no current key any more');
    const pair = (await this.replaced())?.pair;
    const [accepted = false] = pair === undefined ? [] : await this.probe([pair]);
    return foreignKey(
      explainForeignKey({ current, entries: await this.keys.entries(), accepted, recorded: true }),
    );
  }

  /** Tells whether an entry of Document Engine's list is the predecessor's. */
  isPredecessors({ expiresAt }: JwtSecret): boolean {
    const { predecessor } = this.dependencies;
    return predecessor !== undefined && predecessor !== 'none' && expiresAt === predecessor.validUntil;
  }

  /**
   * Gives the end of the entry that the first rotation replaced, if Document Engine keeps it: the predecessor's, in Unix seconds.
   * Undefined for every other entry.
   */
  endOfReplaced({ id }: JwtSecret): Seconds | undefined {
    const { current, currentIsOwn, oldKid } = this.lease.checkpoint;
    const { predecessor } = this.dependencies;
    const isReplaced = id === current && currentIsOwn === false && oldKid === undefined;
    return isReplaced && typeof predecessor === 'object' ? predecessor.validUntil : undefined;
  }

  /** Asks Document Engine which of these keys it accepts, see `probe`. */
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
        entryIds: published?.entryIds,
        publicKey: spkiOf(pair.publicKey),
        expiry: this.expiryOf('old'),
        atLeast: now + overlap,
        // The interval too: if the rotation gets stuck, the old key keeps signing until an operator completes it.
        until: now + interval + overlap,
      };
    }
    if (predecessor === undefined || predecessor === 'none' || predecessor.validUntil <= now)
      return undefined;
    const { publicKey, validUntil } = predecessor;
    return { publicKey, expiry: expiryAt(validUntil), atLeast: validUntil, until: validUntil };
  }
}
