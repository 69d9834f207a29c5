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
 * The order in which the live keys are tried on a token. The first that verifies it counts.
 * - `oldest-first`, `newest-first`, `current-first`: every key is tried, in that order
 * - `by-kid`: a `kid` that is the RFC 7638 thumbprint of a key selects that key alone; otherwise `oldest-first`
 * - `by-kid-only`: like `by-kid`, but an unknown `kid` is refused, and a token without one selects the current key
 */
export type KeyChoice = 'oldest-first' | 'newest-first' | 'current-first' | 'by-kid' | 'by-kid-only';

/**
 * Behaviour that Document Engine's documentation leaves open. A client of Document Engine must work with every choice. The
 * harshest choice is the default, so that code fails if it relies on undocumented behaviour.
 */
export interface UndocumentedBehaviour {
  /**
   * The fate of the former current secret after `rotate`: it expires after this many seconds; it expires at once (the id
   * stays, and a new expiry revives it); or it is deleted. `expired` unless given.
   */
  readonly formerCurrent: 'expired' | 'deleted' | { readonly keptForSeconds: Seconds };
  /**
   * The effect of adding a key that has a live entry already: it makes a second entry, sets the expiry of the first (unless
   * that is the current one, which has none), or answers 400. `rotate` to such a key makes the existing entry current, or a
   * second entry under `second-entry`. `second-entry` unless given.
   */
  readonly identicalKey: 'second-entry' | 'merged' | 'refused';
  /** The effect of adding a secret without `expiresAt`. `refused` (400) unless given. */
  readonly withoutExpiry: 'refused' | { readonly keptForSeconds: Seconds };
  /** The choice of the key for a token. `oldest-first` unless given. */
  readonly keyChoice: KeyChoice;
  /** True if `/api/revoke` refuses JWTs that are expired or that no live key verifies. True unless given. */
  readonly revocationVerifies: boolean;
  /** The status of `/api/revoke` when it could revoke none of the JWTs. 200 unless given. */
  readonly noneRevokedStatus: 200 | 400;
  /** The status of an upload under the id of an existing document, without the wish to overwrite it. 400 unless given. */
  readonly takenIdStatus: 400 | 409 | 422;
  /** The status for a wrong API token: 401 is documented, and 403 has been seen. 401 unless given. */
  readonly wrongApiTokenStatus: 401 | 403;
  /** The tolerated difference of clocks when `exp`, `nbf` and `iat` are judged. 0 unless given. */
  readonly leewaySeconds: Seconds;
}

export const defaultBehaviour: UndocumentedBehaviour = {
  formerCurrent: 'expired',
  identicalKey: 'second-entry',
  withoutExpiry: 'refused',
  keyChoice: 'oldest-first',
  revocationVerifies: true,
  noneRevokedStatus: 200,
  takenIdStatus: 400,
  wrongApiTokenStatus: 401,
  leewaySeconds: 0,
};

export interface DocumentEngineOptions extends Partial<UndocumentedBehaviour> {
  /** The clock for all expiries. The machine's clock unless given. */
  readonly clock?: Clock;
  /** `JWT_ALGORITHM`: the one algorithm for all keys. */
  readonly algorithm: Algorithm;
  /** `JWT_PUBLIC_KEY`: the SPKI PEM that is the current secret at the start. */
  readonly publicKey: string;
  /** `API_AUTH_TOKEN`: the token with which callers of the API authenticate. */
  readonly apiToken: string;
  readonly documents: readonly Document[];
}
