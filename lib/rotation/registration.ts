import { createHash } from 'node:crypto';
import type { DocumentEngineRefusalError, JwtSecret } from '../document-engine/index.ts';
import { DAY, type Seconds } from '../runtime/time.ts';
import { livesUntil, type KeyList } from './key-list.ts';

/**
 * Expiries by which a key's entry is recognized in Document Engine's list, which shows neither keys nor owners. All in Unix
 * seconds. The reasons are in docs/decisions/0001-entry-known-by-expiry-second.md.
 */
export interface OwnExpiry {
  readonly isOn: (entry: JwtSecret) => boolean;
  /** Gives the first of these expiries at or after a moment. */
  readonly notBefore: (moment: Seconds) => Seconds;
}

/**
 * Gives the expiries of one rotation's entry: all at one second of the day, which is derived from the version. So a step that
 * is repeated recognizes the entry that it added before, at any later time.
 *
 * @param foreign - the ids of entries from before the rotation: one may have such an expiry by chance
 */
export function expiryOf(version: string, whose: 'new' | 'old', foreign: readonly number[]): OwnExpiry {
  const digest = createHash('sha256').update(version).digest().readUInt32BE();
  // Half a day apart, so that the entries of the two keys never have the same expiry.
  const second = (digest + (whose === 'old' ? DAY / 2 : 0)) % DAY;
  return {
    isOn: ({ id, expiresAt }) =>
      expiresAt !== undefined && expiresAt % DAY === second && !foreign.includes(id),
    notBefore: (moment) => moment + ((((second - moment) % DAY) + DAY) % DAY),
  };
}

/** A rotation, and the ids of Document Engine's entries from before it. */
export interface RotationTrace {
  readonly version: string;
  /** All entries except the current one. */
  readonly foreign: readonly number[];
  readonly current?: number | undefined;
}

/** Gives the expiries by which the entry of a rotation's new or old key is recognized, see {@link expiryOf}. */
export function expiryOfRotation(
  { version, foreign, current }: RotationTrace,
  whose: 'new' | 'old',
): OwnExpiry {
  // If Document Engine keeps the entry that was current, it becomes the old key's entry.
  const isFormer = whose === 'new' && current !== undefined;
  return expiryOf(version, whose, isFormer ? [...foreign, current] : foreign);
}

/** Gives the expiry of an entry with an end that the stage configures, in Unix seconds. */
export function expiryAt(moment: Seconds): OwnExpiry {
  return { isOn: ({ expiresAt }) => expiresAt === moment, notBefore: () => moment };
}

/** A key to register, and its validity. */
export interface Registration {
  /** SPKI PEM. */
  readonly publicKey: string;
  readonly expiry: OwnExpiry;
  /** An existing entry that is valid until then is left unchanged; Unix seconds. */
  readonly atLeast: Seconds;
  /** A new entry is valid at least until then; Unix seconds. */
  readonly until: Seconds;
}

/** The outcome of registering a key. */
export interface Registered {
  /** True if Document Engine's list has an entry with the key's own expiry that is valid for long enough. */
  readonly listed: boolean;
  /** Document Engine's 400 or 404. It may also refuse a key that it has already. */
  readonly refusal?: DocumentEngineRefusalError;
}

/** Registers a key with Document Engine, or extends its entry. A refusal is returned: an entry may exist all the same. */
export async function register(
  keys: KeyList,
  { publicKey, expiry, atLeast, until }: Registration,
): Promise<Registered> {
  const own = (await keys.entries()).find(expiry.isOn);
  if (own !== undefined && livesUntil(own, atLeast)) return { listed: true };
  const refusal =
    own === undefined
      ? await keys.add(publicKey, expiry.notBefore(until))
      : await keys.changeExpiry(own.id, expiry.notBefore(until));
  const listed = (await keys.entries()).some((entry) => expiry.isOn(entry) && livesUntil(entry, atLeast));
  return { listed, ...(refusal && { refusal }) };
}
