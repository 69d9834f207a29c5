import { createHash } from 'node:crypto';
import type { DocumentEngineRefusalError, JwtSecret } from '../document-engine/index.ts';
import { DAY, type Seconds } from '../runtime/time.ts';
import { livesUntil, type KeyList } from './key-list.ts';

/**
 * Expiries by which an entry of Document Engine's list is known again: the list shows nothing else that tells whose it is.
 * All in Unix seconds. Why so: docs/decisions/0001-entry-known-by-expiry-second.md.
 */
export interface OwnExpiry {
  readonly isOn: (entry: JwtSecret) => boolean;
  /** The first of these expiries that is not before a moment. */
  readonly notBefore: (moment: Seconds) => Seconds;
}

/**
 * Gives the expiries of one rotation's entry: those at a second of the day that follows from the version. So a repeat of a
 * step knows the entry that it made before, whenever that was.
 *
 * @param foreign - the ids of entries that were there before the rotation: one may have such an expiry by chance
 */
export function expiryOf(version: string, whose: 'new' | 'old', foreign: readonly number[]): OwnExpiry {
  const digest = createHash('sha256').update(version).digest().readUInt32BE();
  // Half a day apart, so that the two of a rotation are never the same.
  const second = (digest + (whose === 'old' ? DAY / 2 : 0)) % DAY;
  return {
    isOn: ({ id, expiresAt }) =>
      expiresAt !== undefined && expiresAt % DAY === second && !foreign.includes(id),
    notBefore: (moment) => moment + ((((second - moment) % DAY) + DAY) % DAY),
  };
}

/** Gives the expiry of an entry that lives until a moment which the stage names. */
export function expiryAt(moment: Seconds): OwnExpiry {
  return { isOn: ({ expiresAt }) => expiresAt === moment, notBefore: () => moment };
}

/** A key to register, and until when. */
export interface Registration {
  /** SPKI PEM. */
  readonly publicKey: string;
  readonly expiry: OwnExpiry;
  /** An entry that is there already is left as it is if it lives until then; Unix seconds. */
  readonly atLeast: Seconds;
  /** A new entry lives at least until then; Unix seconds. */
  readonly until: Seconds;
}

/** The outcome of registering a key. */
export interface Registered {
  /** True if an entry with the key's own expiry is in Document Engine's list. */
  readonly listed: boolean;
  /** Document Engine's 400, which it may also give if it has the key already. */
  readonly refusal?: DocumentEngineRefusalError;
}

/** Gives a key an entry in Document Engine's list, or the one that is there a longer life, as far as it lets that be done. */
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
