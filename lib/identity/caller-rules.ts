import type { ClaimName } from './named-claim.ts';

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
