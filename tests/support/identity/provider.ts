import type { Seconds } from '../../../lib/runtime/time.ts';

/** The claims of a token, as a provider documents them. `iss` is the provider's own address. */
export type Claims = Readonly<Record<string, unknown>>;

/** A token of a provider. */
export interface ProviderToken {
  readonly claims: Claims;
  /** Parts of the header beside `alg` and `kid`, or in their place. */
  readonly header?: Readonly<Record<string, string>>;
  /** Absent: the provider's. */
  readonly algorithm?: Provider['algorithm'];
  /** Signs with a key that the issuer does not publish. */
  readonly foreign?: boolean;
}

/** A mistake that teams make with a provider, and the effect on a request for a token. */
export interface Trap {
  /** Continues the sentence "refuses …" or "accepts …". */
  readonly name: string;
  /** A string is sent as it is. */
  readonly token: ProviderToken | string;
  /** Parameters of the stage in place of the recipe's. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The request sets a grant on a document of nobody. Absent: it asks for a token. */
  readonly sets?: boolean;
  readonly status: number;
  /** The problem's type; for a token that the authorizer refuses, a part of the lines that are logged then. */
  readonly reason: string;
}

/** A provider's section of docs/identity-providers.md, with tokens as the provider makes them. */
export interface Provider {
  /** The heading of the section. */
  readonly heading: string;
  readonly algorithm: 'RS256' | 'ES256';
  /** The header of its tokens beside `alg` and `kid`. */
  readonly header: Readonly<Record<string, string>>;
  /** A user in no group, and the user id that Layermint reads. */
  readonly user: Claims;
  readonly userId: string;
  /** A user in groups, and one of them as grants name it. */
  readonly member: Claims;
  readonly group: string;
  /** A user in more groups than the provider or Layermint takes, and the answer for a document that is granted to `group` alone. */
  readonly overflowing: Claims;
  readonly overflow: '403 groups-not-in-token' | '403 too-many-groups' | '431';
  /** The backend with the scope `layermint/grants`. */
  readonly backend: Claims;
  readonly traps: readonly Trap[];
}

/** Makes a provider whose tokens are issued now, in Unix seconds. */
export type ProviderAt = (now: Seconds) => Provider;

/** Makes so many group names, from a pattern with `#` for the number. */
export const manyGroups = (count: number, pattern: string): string[] =>
  Array.from({ length: count }, (_, index) => pattern.replace('#', String(index).padStart(4, '0')));
