import * as z from 'zod/mini';
import { faultOfPrefixes, type ClaimRules, type IssuerRules } from '../../identity/index.ts';
import { CALLER_ALGORITHMS, type TrustedIssuer } from '../../issuers/index.ts';
import { json } from '../../runtime/environment.ts';
import { isLoopback } from '../../runtime/loopback.ts';
import { claimName } from './claim-name.ts';

/** The most issuers of a stage. Their rules also have to fit into the 4 KB that Lambda allows for a function's variables. */
const MAX_ISSUERS = 10;

const LIST = `must be a list of 1 to ${MAX_ISSUERS} issuers`;
const OBJECT = 'must have name, issuer, audience and userIdPrefix';
const AUDIENCE = 'must be an audience or a list of one or more';
const ALGORITHMS = `must be a list of one or more of ${CALLER_ALGORITHMS.join(', ')}`;
const CLAIMS = 'must be a list of names of claims';

/** ASCII in lower case only, so that no two prefixes look alike, and without the characters that a role's placeholder cannot hold. */
const PREFIX = /^[a-z0-9._~|/@-]{0,64}$/;

/** Plain http is for an issuer on the same machine: packaging refuses it for every stage but `local`. */
function isAddress(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.hash || url.username || value !== value.trim()) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Says that a member is missing, or the right form of one with another value. */
const orMissing =
  (right: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is required' : right;

const matching = (holds: (value: string) => boolean, right: string) =>
  z.string({ error: orMissing(right) }).check(z.refine(holds, { error: right }));

const nonEmpty = (right: string) => matching((value) => value.trim() !== '', right);

const address = (right: string) => matching(isAddress, right);

const Issuer = z.strictObject(
  {
    name: matching(
      (value) => /^[a-z][a-z0-9-]{0,31}$/.test(value),
      'must be 1 to 32 of a-z, 0-9 and -, and begin with a letter',
    ),
    issuer: matching(
      (value) => isAddress(value) && !value.includes('?'),
      'must be an https URL without a query, exactly as the "iss" claim of its tokens has it',
    ),
    audience: z.union(
      [nonEmpty(AUDIENCE), z.array(nonEmpty(AUDIENCE)).check(z.minLength(1, { error: AUDIENCE }))],
      { error: orMissing(AUDIENCE) },
    ),
    algorithms: z.optional(
      z
        .array(z.enum(CALLER_ALGORITHMS, { error: ALGORITHMS }), { error: ALGORITHMS })
        .check(z.minLength(1, { error: ALGORITHMS })),
    ),
    jwksUri: z.optional(address('must be the https URL of its key set')),
    userIdPrefix: matching((value) => PREFIX.test(value), 'must be up to 64 of a-z, 0-9 and . _ ~ | / @ -'),
    userIdClaim: z.optional(claimName),
    groupsClaim: z.optional(claimName),
    groupsSeparator: z.optional(nonEmpty('must be a string')),
    nameClaim: z.optional(claimName),
    scopesClaim: z.optional(z.array(claimName, { error: CLAIMS })),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `has the unknown member ${issue.keys.join(', ')}` : OBJECT,
  },
);

type Issuer = z.output<typeof Issuer>;

/** The schema of the variable with the issuers. */
const list = json(
  z
    .array(Issuer, { error: LIST })
    .check(z.minLength(1, { error: LIST }), z.maxLength(MAX_ISSUERS, { error: LIST }))
    .check((context) => {
      for (const message of faultsOf(context.value)) {
        context.issues.push({ code: 'custom', message, input: context.value });
      }
    }),
  LIST,
);

function faultsOf(issuers: readonly Issuer[]): string[] {
  const repeats = (values: readonly string[]): boolean => new Set(values).size < values.length;
  const prefixes = faultOfPrefixes(issuers.map(({ userIdPrefix }) => userIdPrefix));
  return [
    ...(repeats(issuers.map(({ name }) => name)) ? ['must not use a name twice'] : []),
    ...(repeats(issuers.map(({ issuer }) => issuer))
      ? ['must not have an issuer twice: give it all its audiences']
      : []),
    ...(prefixes === undefined ? [] : [`userIdPrefix ${prefixes}`]),
  ];
}

/** The variable of a function that identifies callers, in a stage with several issuers. */
export const ofIssuers = { ISSUERS: z.optional(list) };

/** The variable of the function that verifies the tokens of several issuers. */
export const ofTrustedIssuers = { ISSUERS: list };

/** Lists the issuers and the rules for their tokens. */
export function trustedIssuersOf(issuers: readonly Issuer[]): TrustedIssuer[] {
  return issuers.map(({ name, issuer, audience, algorithms = ['RS256'], jwksUri }) => ({
    name,
    issuer,
    audience: [audience].flat(),
    algorithms,
    ...(jwksUri !== undefined && { jwksUri }),
  }));
}

/**
 * Makes the rules by which callers of each issuer are read.
 *
 * @param defaults - the stage's own rules, for an issuer without others
 * @returns the rules by the issuer's name
 */
export function issuerRulesOf(issuers: readonly Issuer[], defaults: ClaimRules): Map<string, IssuerRules> {
  const prefixes = issuers.map(({ userIdPrefix }) => userIdPrefix);
  return new Map(
    issuers.map((it) => [
      it.name,
      {
        issuer: it.issuer,
        claims: claimRulesOf(it, defaults),
        names: {
          prefix: it.userIdPrefix,
          foreignPrefixes: prefixes.filter((other) => other !== '' && other !== it.userIdPrefix),
        },
      },
    ]),
  );
}

function claimRulesOf(issuer: Issuer, defaults: ClaimRules): ClaimRules {
  const separator = issuer.groupsSeparator ?? defaults.groupsSeparator;
  return {
    userId: issuer.userIdClaim ?? defaults.userId,
    groups: issuer.groupsClaim ?? defaults.groups,
    ...(separator !== undefined && { groupsSeparator: separator }),
    name: issuer.nameClaim ?? defaults.name,
    scopes: issuer.scopesClaim ?? defaults.scopes,
  };
}
