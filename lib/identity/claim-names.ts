/** The claims of the caller's token to go by; stage parameters, as every issuer names them differently. */
export interface ClaimNames {
  readonly userId: string;
  readonly groups: string;
  readonly name: string;
}
