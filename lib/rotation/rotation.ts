import { secondsOf, type Clock } from '../runtime/clock.ts';
import { type DocumentEngineClient, type JwtSecret } from '../document-engine/index.ts';
import { type Logger } from '../runtime/log.ts';
import {
  changePublishedKey,
  overlapOf,
  publishKey,
  readPublishedKeys,
  spkiOf,
  type Algorithm,
  type KeyPair,
  type PublishedKey,
} from '../signing-keys/index.ts';
import { DocumentEngineUnexpectedError, RotationRefusedError } from './errors.ts';
import { generateSigningKey, secretStringOf } from './generate.ts';
import { currentPair, pendingPair } from './pairs.ts';
import { probe } from './probe.ts';
import {
  expiryAt,
  expiryOf,
  livesUntil,
  longPast,
  refusalOf,
  register,
  shorten,
  type OwnExpiry,
  type Registration,
} from './registration.ts';
import { type SigningKeySecret } from './signing-key-secret.ts';
import { Turn } from './turn.ts';
import { type Table } from '../table/index.ts';

/** The public key of the backend that the stage replaces. */
export interface Predecessor {
  /** SPKI PEM. */
  readonly publicKey: string;
  /** When the last of its tokens has run out, Unix seconds. */
  readonly validUntil: number;
}

/** What rotating works with. */
export interface RotationDependencies {
  readonly secret: SigningKeySecret;
  readonly documentEngine: DocumentEngineClient;
  readonly table: Table;
  readonly algorithm: Algorithm;
  /** The longest life that the stage allows a token, in seconds. */
  readonly longestLife: number;
  /** Between two rotations, in seconds. */
  readonly interval: number;
  readonly predecessor?: Predecessor;
  /** A document that Document Engine holds, see `probe`. */
  readonly probeDocumentId?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Secrets Manager's four steps, in their order. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One of Secrets Manager's four steps. */
export type RotationStep = (typeof ROTATION_STEPS)[number];

/** The key that is replaced, or the predecessor's: it must go on to verify. */
interface Old extends Registration {
  /** Absent for a predecessor's, whose private half is not ours. */
  readonly pair?: KeyPair;
}

/**
 * Replaces the signing key, in the four steps of Secrets Manager's rotation. Each step can be repeated, whether it
 * failed, was killed, or succeeded: it finds what was done before.
 *
 * **Why no token is refused.** Document Engine has the new key long before anything is signed with it, and has the old
 * one in an entry of its own before the new one becomes current, whatever it does with a former current key. Processes
 * that sign learn of the new key by AWSCURRENT, which moves last, when both keys were seen to be accepted. From then on
 * the old key's entry lives as long as the last token that can still be signed with it.
 *
 * **Where one may be.** If Document Engine keeps a single entry for a key and gives up a former current key at once,
 * the old key cannot have an entry of its own before: it verifies nothing between the answer to `rotate` and that to the
 * call right behind it. No order of calls avoids this for a key that is current there.
 */
export class Rotation {
  readonly #deps: RotationDependencies;
  readonly #turn: Turn;

  constructor(dependencies: RotationDependencies) {
    this.#deps = dependencies;
    this.#turn = new Turn(dependencies.table, dependencies.clock);
  }

  /**
   * Runs a step that Secrets Manager asks for, after the checks that it expects.
   *
   * @param version - the ClientRequestToken, which names the rotation and becomes the new secret version
   * @param seconds - how long the step can take: no other rotation takes a turn meanwhile
   * @throws RotationRefusedError, RotationUnderWayError, DocumentEngineUnexpectedError, or what the Document Engine
   * client, the table and the SDK throw
   */
  async run(step: RotationStep, version: string, seconds: number): Promise<void> {
    const labels = await this.#deps.secret.labels();
    if (!labels.rotationEnabled) throw new RotationRefusedError('Rotation is not enabled for the secret');
    if (!labels.knows(version)) {
      throw new RotationRefusedError(`The secret has no version ${version} to rotate to`);
    }
    if (labels.versionWith('AWSCURRENT') === version) {
      // A repeat. What finishSecret does after it moved AWSCURRENT may still be undone.
      if (step !== 'finishSecret') return;
    } else if (labels.versionWith('AWSPENDING') !== version) {
      throw new RotationRefusedError(`The secret's version ${version} is not labelled AWSPENDING`);
    }
    if ((await this.#turn.emergency()) !== undefined) {
      // To finish it as a rotation would keep the leaked key verifying.
      throw new RotationRefusedError('An emergency rotation has not come to its end: run it again first');
    }
    await this.#turn.take(version, seconds);
    if (step !== 'finishSecret') await this.#repair(version);
    await this[step](version);
    this.#deps.log.info('a step of the rotation is done', { step, version });
  }

  /**
   * Makes the pending key, unless there is one.
   *
   * @param given - a key to rotate to in place of a new one
   */
  async createSecret(version: string, given?: KeyPair): Promise<void> {
    const { secret, algorithm, clock, log } = this.#deps;
    // An old key that cannot be read, or is of another algorithm, cannot be kept verifying.
    await currentPair(secret, algorithm);
    if ((await secret.read(version)) === undefined) {
      const secretString = given
        ? secretStringOf(given, clock)
        : (await generateSigningKey(algorithm, clock)).secretString;
      await secret.write(version, secretString, 'AWSPENDING');
    }
    const { kid } = await this.#newPair(version);
    log.info('the pending key is in the secret', { version, kid });
  }

  /** Registers the pending key at Document Engine, and publishes it. */
  async setSecret(version: string): Promise<void> {
    const { documentEngine, table, clock, longestLife, interval, probeDocumentId } = this.#deps;
    const pair = await this.#newPair(version);
    const now = secondsOf(clock);
    const before = await documentEngine.listSecrets();
    const current = before.find((entry) => !isNotCurrent(entry))?.id;
    const foreign = before.filter(isNotCurrent).map(({ id }) => id);
    await this.#turn.remember(version, { foreign, ...(current !== undefined && { current }) });
    const { listed, refusal } = await register(documentEngine, {
      publicKey: spkiOf(pair.publicKey),
      expiry: await this.#expiry(version, 'new'),
      atLeast: now + overlapOf(longestLife),
      until: now + interval + overlapOf(longestLife),
    });
    if (!listed && refusal !== undefined) {
      // It may be there already, and current even, where an earlier attempt got further.
      const [accepted] = await probe([pair], documentEngine, clock, probeDocumentId);
      if (accepted !== true) throw refusal;
    }
    await publishKey(table, pair, 'pending', longestLife);
  }

  /** Makes sure that Document Engine accepts what the pending key signs, and not what any key signs. */
  async testSecret(version: string): Promise<void> {
    const { documentEngine, clock, probeDocumentId, algorithm } = this.#deps;
    const [accepted] = await probe([await this.#newPair(version)], documentEngine, clock, probeDocumentId);
    if (accepted === true) return;
    throw new DocumentEngineUnexpectedError(
      'Document Engine does not accept the pending key, although it was registered. Check that its JWT_ALGORITHM is ' +
        `${algorithm} and its REPLACE_SECRETS_FROM_ENV is false`,
    );
  }

  /** Makes the pending key current, at Document Engine and then for the processes that sign. */
  async finishSecret(version: string): Promise<void> {
    const { secret, log } = this.#deps;
    const current = (await secret.labels()).versionWith('AWSCURRENT');
    const pair = await this.#newPair(version);
    if (current !== version) {
      const old = await this.#old(version);
      await this.#replaceAtDocumentEngine(version, pair, old);
      await this.#publish(pair, old);
      await secret.makeCurrent(version, current ?? '');
      log.info('processes that sign now learn of the new key', { version, kid: pair.kid });
    }
    await this.#retire(version, pair);
    await this.#turn.end(version);
    log.count('SigningKeyRotated');
  }

  /**
   * After a crash in finishSecret, Secrets Manager may begin from the first step again. Document Engine may have given up
   * the old key meanwhile, see above; it is told of it first of all.
   */
  async #repair(version: string): Promise<void> {
    if ((await this.#turn.recall(version)).entries === undefined) return;
    const old = await this.#old(version);
    if (old) await register(this.#deps.documentEngine, old);
  }

  async #replaceAtDocumentEngine(version: string, pair: KeyPair, old: Old | undefined): Promise<void> {
    const { documentEngine } = this.#deps;
    const { listed, entries } = old
      ? await register(documentEngine, old)
      : { listed: true, entries: await documentEngine.listSecrets() };
    await this.#turn.remember(version, {
      ...(old?.pair && { oldKid: old.pair.kid }),
      entries: entries.filter(isNotCurrent).map(({ id }) => id),
    });
    await documentEngine.rotateSecret(spkiOf(pair.publicKey));
    // Right behind it, with nothing in between: see above.
    if (old && !listed) await add(documentEngine, old);
    if (old) await this.#assureLife(version, old);
    await this.#endPendingEntry(version);
    await this.#assureAccepted(pair, old);
  }

  /** Document Engine may have kept the former current key, in an entry that it does not let be added: lengthen that. */
  async #assureLife(version: string, { expiry, atLeast, until }: Old): Promise<void> {
    const { documentEngine } = this.#deps;
    const before = new Set((await this.#turn.recall(version)).entries);
    const entries = (await documentEngine.listSecrets()).filter(isNotCurrent);
    const isNew = ({ id }: JwtSecret): boolean => !before.has(id);
    if (entries.some((entry) => (expiry.isOn(entry) || isNew(entry)) && livesUntil(entry, atLeast))) return;
    for (const { id } of entries.filter(isNew)) {
      await documentEngine.changeExpiry(id, expiry.notBefore(until));
    }
    if (entries.some(isNew)) return;
    throw new DocumentEngineUnexpectedError(
      'Document Engine does not show until when the replaced key verifies, so that it could expire with tokens of it in use',
    );
  }

  /** So that the new key is seen to verify as the current one: its pending entry would expire one day. */
  async #endPendingEntry(version: string): Promise<void> {
    const { documentEngine, clock, log } = this.#deps;
    const { isOn } = await this.#expiry(version, 'new');
    for (const { id } of (await documentEngine.listSecrets()).filter(isOn)) {
      const refusal = await refusalOf(() => documentEngine.changeExpiry(id, longPast(clock)));
      if (refusal) log.warn('the entry of the pending key could not be ended before its time', { version });
    }
  }

  async #assureAccepted(pair: KeyPair, old: Old | undefined): Promise<void> {
    const { documentEngine, clock, probeDocumentId } = this.#deps;
    const keys = [pair, ...(old?.pair ? [old.pair] : [])];
    const ask = (): Promise<boolean[]> => probe(keys, documentEngine, clock, probeDocumentId);
    let [acceptsNew, acceptsOld] = await ask();
    if (old && acceptsOld === false) {
      await add(documentEngine, old);
      [acceptsNew, acceptsOld] = await ask();
    }
    if (acceptsNew === true && acceptsOld !== false) return;
    throw new DocumentEngineUnexpectedError(
      `Document Engine does not accept the ${acceptsNew === true ? 'replaced key, although it was added again' : 'new key, although it was rotated to it'}`,
    );
  }

  async #publish(pair: KeyPair, old: Old | undefined): Promise<void> {
    const { table, longestLife } = this.#deps;
    // A key that no process has recorded yet may be about to sign, and is among those to retire.
    if (old?.pair) await publishKey(table, old.pair, 'current', longestLife);
    await publishKey(table, pair, 'current', longestLife);
  }

  /** What is left once the new key signs: every other key ends when the last of its tokens has run out. */
  async #retire(version: string, pair: KeyPair): Promise<void> {
    const { documentEngine, table, clock, longestLife } = this.#deps;
    const now = secondsOf(clock);
    const others = (await readPublishedKeys(table)).filter(({ kid }) => kid !== pair.kid);
    // In this order: from the moment that a key is published as previous, no process raises its longest life.
    const retired = await Promise.all(
      others.map(({ kid }) => changePublishedKey(table, kid, (key) => key && this.#retired(key, now))),
    );
    const verifiesUntil = (key: PublishedKey | undefined): number[] =>
      key?.state === 'previous' && key.verifiesUntil !== undefined ? [key.verifiesUntil] : [];
    const untils = retired.flatMap(verifiesUntil);
    const limit = untils.length > 0 ? Math.max(...untils) : now + overlapOf(longestLife);
    const { oldKid } = await this.#turn.recall(version);
    const [oldLimit = limit] = retired.filter((key) => key?.kid === oldKid).flatMap(verifiesUntil);
    const { isOn: isOld } = await this.#expiry(version, 'old');
    await shorten(documentEngine, (entry) => {
      if (this.#isPredecessors(entry)) return Infinity;
      return isOld(entry) ? oldLimit : limit;
    });
  }

  #retired(key: PublishedKey, now: number): PublishedKey | undefined {
    switch (key.state) {
      case 'current': {
        const longestLife = Math.max(key.longestLife, this.#deps.longestLife);
        return { ...key, state: 'previous', longestLife, verifiesUntil: now + overlapOf(longestLife) };
      }
      case 'pending':
        // Of a rotation that was given up: it never signed.
        return { ...key, state: 'dropped', verifiesUntil: now };
      case 'previous':
      case 'dropped':
        return undefined;
    }
  }

  async #old(version: string): Promise<Old | undefined> {
    const { secret, algorithm, table, clock, longestLife, interval, predecessor } = this.#deps;
    const now = secondsOf(clock);
    const pair = await currentPair(secret, algorithm);
    if (pair !== undefined) {
      const published = (await readPublishedKeys(table)).find(({ kid }) => kid === pair.kid);
      const overlap = overlapOf(Math.max(longestLife, published?.longestLife ?? 0));
      return {
        pair,
        publicKey: spkiOf(pair.publicKey),
        expiry: await this.#expiry(version, 'old'),
        atLeast: now + overlap,
        // Not just the overlap: should the rotation get stuck, the old key signs until it is seen to.
        until: now + interval + overlap,
      };
    }
    if (predecessor === undefined || predecessor.validUntil <= now) return undefined;
    const { publicKey, validUntil } = predecessor;
    return { publicKey, expiry: expiryAt(validUntil), atLeast: validUntil, until: validUntil };
  }

  #isPredecessors(entry: JwtSecret): boolean {
    return entry.expiresAt !== undefined && entry.expiresAt === this.#deps.predecessor?.validUntil;
  }

  async #expiry(version: string, whose: 'new' | 'old'): Promise<OwnExpiry> {
    const { foreign = [], current } = await this.#turn.recall(version);
    // What was current becomes the old key's entry, where Document Engine keeps it.
    const others = whose === 'new' && current !== undefined ? [...foreign, current] : foreign;
    const { isOn, notBefore } = expiryOf(version, whose, others);
    return { isOn: (entry) => isOn(entry) && !this.#isPredecessors(entry), notBefore };
  }

  #newPair(version: string): Promise<KeyPair> {
    return pendingPair(this.#deps.secret, version, this.#deps.algorithm);
  }
}

const isNotCurrent = ({ expiresAt }: JwtSecret): boolean => expiresAt !== undefined;

async function add(documentEngine: DocumentEngineClient, { publicKey, expiry, until }: Old): Promise<void> {
  // Refused where Document Engine has kept it.
  await refusalOf(() => documentEngine.addSecret(publicKey, expiry.notBefore(until)));
}
