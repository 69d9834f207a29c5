/**
 * The algorithms of caller tokens (RFC 7518 section 3.1, RFC 8037, RFC 9864). All of them are asymmetric. With one that is symmetric,
 * everyone who knows the issuer's public key could sign tokens.
 */
export const CALLER_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** An algorithm of caller tokens. */
export type CallerAlgorithm = (typeof CALLER_ALGORITHMS)[number];

/** An issuer with accepted caller tokens. */
export interface TrustedIssuer {
  /** The short name of the stage for it. It is written to logs. */
  readonly name: string;
  /** The `iss` of its tokens, letter for letter, and the base URL of its discovery document. */
  readonly issuer: string;
  /** A token must be for one of these. */
  readonly audience: readonly string[];
  /** The algorithms of its tokens; any other is refused. */
  readonly algorithms: readonly CallerAlgorithm[];
  /** The address of its keys. Absent: its discovery document has the address. */
  readonly jwksUri?: string;
}
