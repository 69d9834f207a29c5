import { LayermintError } from '../runtime/errors.ts';

/** The rule that a caller token breaks, for the log. It holds nothing of the token. */
export type RefusalReason =
  | 'not-one-bearer-token'
  | 'too-long'
  | 'malformed'
  | 'unknown-issuer'
  | 'algorithm-not-allowed'
  | 'header-not-allowed'
  | 'no-kid'
  | 'unknown-key'
  | 'unusable-key'
  | 'wrong-signature'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet-valid'
  | 'issued-in-the-future'
  | 'malformed-claim';

/** A caller token is refused. A new token from the same issuer can be accepted. */
export class TokenRefusedError extends LayermintError {
  override readonly name = 'TokenRefusedError';
  readonly code = 'TOKEN_REFUSED';
  readonly reason: RefusalReason;
  /** The stage's name of the issuer; undefined if the token names none of them. */
  readonly issuer: string | undefined;

  constructor(reason: RefusalReason, issuer?: string, options?: ErrorOptions) {
    super(`The caller token is refused: ${reason}`, options);
    this.reason = reason;
    this.issuer = issuer;
  }
}

/** An issuer does not answer, or not with its keys. So nothing is known about the token, which can be valid. */
export class IssuerUnavailableError extends LayermintError {
  override readonly name = 'IssuerUnavailableError';
  readonly code = 'ISSUER_UNAVAILABLE';

  /** @param issuer - the stage's name of the issuer */
  constructor(issuer: string, options?: ErrorOptions) {
    super(`The keys of the issuer "${issuer}" could not be fetched`, options);
  }
}

/** The cause of an {@link IssuerUnavailableError}: the rule that the issuer's answer breaks. */
export class IssuerAnswerError extends LayermintError {
  override readonly name = 'IssuerAnswerError';
  readonly code = 'ISSUER_ANSWER';
}

/**
 * The answer to API Gateway for a token that is refused. API Gateway turns an authorizer's error with exactly this message into a 401,
 * and every other error into a 500.
 */
export class Unauthorized extends LayermintError {
  override readonly name = 'Unauthorized';
  readonly code = 'UNAUTHORIZED';

  constructor() {
    super('Unauthorized');
  }
}
