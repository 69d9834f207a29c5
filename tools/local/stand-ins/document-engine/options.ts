import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { Seconds } from '../../../../lib/runtime/time.ts';

/** The values of `JWT_ALGORITHM`. */
export type Algorithm = 'RS256' | 'RS512' | 'ES256' | 'ES512';

/** A document that the stand-in has, with the layers that exist on it (`''` is the default layer). */
export interface Document {
  readonly id: string;
  readonly layers: readonly string[];
}

/**
 * In which order the live keys are tried on a token; the first that verifies it counts.
 * - `oldest-first`, `newest-first`, `current-first`: every key is tried, in that order
 * - `by-kid`: a `kid` that is the RFC 7638 thumbprint of a key selects that key alone; otherwise `oldest-first`
 * - `by-kid-only`: as `by-kid`, but a `kid` of no key is refused, and a token without one is for the current key
 */
export type KeyChoice = 'oldest-first' | 'newest-first' | 'current-first' | 'by-kid' | 'by-kid-only';

/**
 * Behaviour that Document Engine's documentation leaves open. What talks to Document Engine has to be right under
 * every one of these. Where one choice is harsher than the others, it is the default, so that code that relies
 * on more than the documentation says fails.
 */
export interface UndocumentedBehaviour {
  /**
   * What `rotate` does with the former current secret: gives it an expiry so many seconds ahead, gives it one that is
   * past (the id stays, and a new expiry revives it), or deletes it. `expired` unless given.
   */
  readonly formerCurrent: 'expired' | 'deleted' | { readonly keptForSeconds: Seconds };
  /**
   * What adding a key does that is already there and has not expired: makes a second entry, sets the expiry of the
   * first (unless that is the current one, which has none), or answers 400. `rotate` to such a key makes the entry
   * that is there current, unless second entries are made. `second-entry` unless given.
   */
  readonly identicalKey: 'second-entry' | 'merged' | 'refused';
  /** What adding a secret without `expiresAt` does. `refused` (400) unless given. */
  readonly withoutExpiry: 'refused' | { readonly keptForSeconds: Seconds };
  /** How a key is chosen for a token. `oldest-first` unless given. */
  readonly keyChoice: KeyChoice;
  /** Whether `/api/revoke` takes only JWTs that a live key verifies and whose time is not past. True unless given. */
  readonly revocationVerifies: boolean;
  /** The status of `/api/revoke` when it could revoke none of the JWTs. 200 unless given. */
  readonly noneRevokedStatus: 200 | 400;
  /** The difference of clocks that is let pass when `exp`, `nbf` and `iat` are judged. 0 unless given. */
  readonly leewaySeconds: Seconds;
}

export const defaultBehaviour: UndocumentedBehaviour = {
  formerCurrent: 'expired',
  identicalKey: 'second-entry',
  withoutExpiry: 'refused',
  keyChoice: 'oldest-first',
  revocationVerifies: true,
  noneRevokedStatus: 200,
  leewaySeconds: 0,
};

export interface DocumentEngineOptions extends Partial<UndocumentedBehaviour> {
  /** Decides what has expired. The machine's clock unless given. */
  readonly clock?: Clock;
  /** `JWT_ALGORITHM`: the one algorithm for all keys. */
  readonly algorithm: Algorithm;
  /** `JWT_PUBLIC_KEY`: the SPKI PEM that is the current secret at the start. */
  readonly publicKey: string;
  /** `API_AUTH_TOKEN`: what callers of the API authenticate with. */
  readonly apiToken: string;
  readonly documents: readonly Document[];
}
