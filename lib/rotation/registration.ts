import { createHash } from 'node:crypto';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import {
  DocumentEngineRefusalError,
  type DocumentEngineClient,
  type JwtSecret,
} from '../document-engine/index.ts';
import { DocumentEngineUnexpectedError } from './errors.ts';

const DAY = 86_400;

/**
 * Expiries by which an entry of Document Engine's list is known again: the list shows nothing else that tells whose it is.
 * All in Unix seconds.
 */
export interface OwnExpiry {
  readonly isOn: (entry: JwtSecret) => boolean;
  /** The first of these expiries that is not before a moment. */
  readonly notBefore: (moment: number) => number;
}

/**
 * The expiries of one rotation's entry: those at a second of the day that follows from the version. So a repeat of a
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

/** The expiry of an entry that lives until a moment which the stage names. */
export function expiryAt(moment: number): OwnExpiry {
  return { isOn: ({ expiresAt }) => expiresAt === moment, notBefore: () => moment };
}

/** A key to register, and until when. */
export interface Registration {
  /** SPKI PEM. */
  readonly publicKey: string;
  readonly expiry: OwnExpiry;
  /** An entry that is there already is left as it is if it lives until then; Unix seconds. */
  readonly atLeast: number;
  /** A new entry lives at least until then; Unix seconds. */
  readonly until: number;
}

/** What registering came to. */
export interface Registered {
  /** Document Engine's list afterwards. */
  readonly entries: readonly JwtSecret[];
  /** Whether an entry with the key's own expiry is in it. */
  readonly listed: boolean;
  /** Document Engine's 400, which it may also give where it has the key already. */
  readonly refusal?: DocumentEngineRefusalError;
}

/** Sees to it that Document Engine has an entry for a key, as far as it lets itself be told. */
export async function register(
  documentEngine: DocumentEngineClient,
  { publicKey, expiry, atLeast, until }: Registration,
): Promise<Registered> {
  const entries = await documentEngine.listSecrets();
  const own = entries.find(expiry.isOn);
  if (own !== undefined && livesUntil(own, atLeast)) return { entries, listed: true };
  const refusal = await refusalOf(() =>
    own === undefined
      ? documentEngine.addSecret(publicKey, expiry.notBefore(until))
      : documentEngine.changeExpiry(own.id, expiry.notBefore(until)),
  );
  const after = await documentEngine.listSecrets();
  return {
    entries: after,
    listed: after.some((entry) => expiry.isOn(entry) && livesUntil(entry, atLeast)),
    ...(refusal && { refusal }),
  };
}

/**
 * Shortens the life of every entry but the current one, as far as it is longer than it may be, and makes sure of it.
 *
 * @param limitOf - until when an entry may live, in Unix seconds; what is past ends it at once
 */
export async function shorten(
  documentEngine: DocumentEngineClient,
  limitOf: (entry: JwtSecret) => number,
): Promise<void> {
  const tooLong = (entry: JwtSecret): boolean =>
    entry.expiresAt !== undefined && entry.expiresAt > limitOf(entry);
  for (const entry of (await documentEngine.listSecrets()).filter(tooLong)) {
    // It may have expired since it was listed. The list read back decides.
    await refusalOf(() => documentEngine.changeExpiry(entry.id, limitOf(entry)));
  }
  const left = (await documentEngine.listSecrets()).filter(tooLong);
  if (left.length === 0) return;
  throw new DocumentEngineUnexpectedError(
    `Document Engine keeps public keys longer than it was told (ids ${left.map(({ id }) => id).join(', ')} of ` +
      'GET /api/secrets/jwt). They verify tokens until they expire',
  );
}

/** An expiry that ends an entry at once, though clocks differ; Unix seconds. */
export function longPast(clock: Clock): number {
  return secondsOf(clock) - 300;
}

/** Whether an entry lives at least until a moment, in Unix seconds. */
export function livesUntil({ expiresAt }: JwtSecret, moment: number): boolean {
  return expiresAt === undefined || expiresAt >= moment;
}

/** Makes a call that Document Engine may answer with 400 for reasons that are no fault. */
export async function refusalOf(call: () => Promise<void>): Promise<DocumentEngineRefusalError | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof DocumentEngineRefusalError && (error.status === 400 || error.status === 404))
      return error;
    throw error;
  }
}
