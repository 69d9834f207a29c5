import type { ClaimRules } from './caller-rules.ts';

/** The rules by which a stage with several issuers reads the tokens of one of them. */
export interface IssuerRules {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly claims: ClaimRules;
  readonly names: IssuerNames;
}

/** The names of users and groups that belong to one issuer. */
export interface IssuerNames {
  /** The beginning of all its names. It can be empty for one issuer of a stage. */
  readonly prefix: string;
  /** The prefixes of the other issuers, without the empty one. No name of this issuer begins with one of them. */
  readonly foreignPrefixes: readonly string[];
}

/**
 * Makes the name of a user or a group in the stage from its name at the issuer.
 *
 * Two issuers never share a name. Of two prefixes, neither is the beginning of the other (see {@link faultOfPrefixes}), so two prefixed
 * names differ within the prefixes. An issuer without a prefix gets no name that begins with another's prefix.
 *
 * @returns undefined if the name begins with the prefix of another issuer
 */
export function nameInStage(name: string, { prefix, foreignPrefixes }: IssuerNames): string | undefined {
  const full = prefix + name;
  return foreignPrefixes.some((foreign) => full.startsWith(foreign)) ? undefined : full;
}

/**
 * Checks that the prefixes of a stage's issuers keep their names apart.
 *
 * @returns the rule that they break, as the end of a sentence; undefined if they are right
 */
export function faultOfPrefixes(prefixes: readonly string[]): string | undefined {
  if (prefixes.filter((prefix) => prefix === '').length > 1) return 'can be empty for one issuer only';
  const overlapping = prefixes.some((one, at) =>
    prefixes.some((other, of) => of !== at && one !== '' && other.startsWith(one)),
  );
  return overlapping ? 'must not be the beginning of the userIdPrefix of another issuer' : undefined;
}
