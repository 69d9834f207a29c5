/** The names of the claims to read from the caller's token. They are stage parameters, because issuers use different names. */
export interface ClaimNames {
  readonly userId: string;
  readonly groups: string;
  readonly name: string;
}
