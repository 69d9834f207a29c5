import type { IssuerNames, IssuerRules } from './issuer-rules.ts';
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

/** The rules by which callers are read from tokens of one issuer. */
export interface TokenRules {
  readonly claims: ClaimRules;
  /** The names of the issuer's users and groups in the stage. Absent: they are those of the token. */
  readonly names?: IssuerNames;
  /** The scopes of machine callers by their user id, for issuers that have no scopes. */
  readonly backends: ReadonlyMap<string, readonly string[]>;
}

/** The rules by which a stage reads its callers. */
export interface CallerRules extends TokenRules {
  /** By the stage's name for the issuer. Absent: the stage has one issuer, and API Gateway verifies its tokens. */
  readonly issuers?: ReadonlyMap<string, IssuerRules>;
}
