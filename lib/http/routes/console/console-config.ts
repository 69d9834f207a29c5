/** An issuer with which people sign in to the console. */
export interface ConsoleIssuer {
  /** Its name on the page. */
  readonly name: string;
  /** Its URL, exactly as the `iss` of its tokens has it. */
  readonly issuer: string;
  /** The public client of the console at it. */
  readonly clientId: string;
}

/** The settings of the console's page, which everybody can read. */
export interface ConsoleConfig {
  readonly stage: string;
  readonly issuers: readonly ConsoleIssuer[];
  /** The scopes of the sign-in. */
  readonly scopes: readonly string[];
  /** The token that the page sends to the API: some providers put the audience into the ID token alone. */
  readonly tokenUse: 'access' | 'id';
  /** The place of the audit log, for a link into the AWS console. Reading it needs rights of the account. */
  readonly auditLog: { readonly region: string; readonly logGroup: string };
}

/** Lists the origins of the issuers. */
export function originsOf({ issuers }: ConsoleConfig): string[] {
  return issuers.map(({ issuer }) => new URL(issuer).origin);
}

/**
 * Writes the Content-Security-Policy of the console. The page has no inline script or style, writes no HTML, loads its own files
 * alone, connects to the API and the given origins alone, and no other page may frame it.
 */
export function contentSecurityPolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${[...new Set(["'self'", ...origins])].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
