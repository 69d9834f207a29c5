/**
 * The name of a claim. One that begins with `/` is a JSON Pointer into the token (RFC 6901): `/realm_access/roles`. Any other is the
 * name of a member at the top of the token, dots and URLs included.
 */
export type ClaimName = string;

/** The claims to read from the tokens of one issuer. They are stage parameters, because issuers use different names. */
export interface ClaimRules {
  readonly userId: ClaimName;
  readonly groups: ClaimName;
  /** Separates the groups in a claim that is one string. Absent: such a string is one group. */
  readonly groupsSeparator?: string;
  readonly name: ClaimName;
  /** Each of these claims can hold scopes. */
  readonly scopes: readonly ClaimName[];
}

/** The rules by which a stage reads its callers. */
export interface CallerRules {
  readonly claims: ClaimRules;
  /** The scopes of machine callers by their user id, for issuers that have no scopes. */
  readonly backends: ReadonlyMap<string, readonly string[]>;
}
