import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { callerFrom, callerOf, type Caller } from '../../lib/http/authentication/caller.ts';
import { isRenderingOf } from '../../lib/http/authentication/rendered-claim.ts';
import { Problem } from '../../lib/http/problems/problem.ts';
import { claimIn, type CallerRules, type Claims } from '../../lib/identity/index.ts';
import { renderClaim } from '../../tools/local/stand-ins/api-gateway/index.ts';
import { apiEvent } from '../support/http/events.ts';
import { world } from '../support/world/world.ts';

/** Words that could be taken for something else: names of members of every object, scopes, lists, separators. */
const word = fc.constantFrom(
  ...[
    'sub',
    'groups',
    'roles',
    'scope',
    'scp',
    'a',
    'b',
    'a b',
    'a,b',
    '[a b]',
    '["a","b"]',
    '["a",1]',
    '{"a":1}',
    '',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'length',
    '0',
    '_claim_names',
    'hasgroups',
    'true',
    'null',
    '\ud800',
  ],
  ...[
    'layermint/grants',
    'layermint/grants layermint/on-behalf',
    'xlayermint/grants',
    '["layermint/grants"]',
  ],
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      word,
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(word, tie('value')), { maxLength: 3 }).map(parsedObject),
  ),
}));

/** Makes an object as the JSON parser does: `__proto__` is a member of its own. */
function parsedObject(members: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(
    `{${members.map(([name, held]) => `${JSON.stringify(name)}:${JSON.stringify(held)}`).join(',')}}`,
  );
}

const claimsArb = fc
  .array(fc.tuple(word, value), { maxLength: 6 })
  .map((members) => parsedObject(members) as Claims);

const claimName = fc.oneof(
  word.filter((name) => name !== ''),
  fc
    .array(word, { minLength: 1, maxLength: 3 })
    .map((steps) => steps.map((step) => `/${step.replace(/[~/]/g, '')}`).join('')),
);

const rulesArb: fc.Arbitrary<CallerRules> = fc
  .record({
    names: fc.record({
      userId: claimName,
      groups: claimName,
      name: claimName,
      scopes: fc.array(claimName, { maxLength: 3 }),
    }),
    separator: fc.constantFrom(undefined, ',', ' ', '"'),
    backends: fc.array(fc.tuple(word, fc.array(fc.constantFrom('layermint/vouch', 'x'), { maxLength: 2 })), {
      maxLength: 3,
    }),
  })
  .map(({ names, separator, backends }) => ({
    claims: { ...names, ...(separator !== undefined && { groupsSeparator: separator }) },
    backends: new Map(backends),
  }));

/** Reads a caller; undefined if the answer is one of the two refusals. Anything else that is thrown fails the test. */
function read(run: () => Caller): Caller | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Problem && ['caller-not-identified', 'too-many-groups'].includes(error.slug))
      return undefined;
    throw error;
  }
}

/** Lists each text of a claim: strings, keys, and those in a string that holds JSON. */
function textsIn(claim: unknown): readonly string[] {
  if (typeof claim === 'object' && claim !== null) {
    return [...(Array.isArray(claim) ? [] : Object.keys(claim)), ...Object.values(claim).flatMap(textsIn)];
  }
  if (typeof claim !== 'string') return [];
  try {
    const held: unknown = JSON.parse(claim);
    return [claim, ...(typeof held === 'object' ? textsIn(held) : [])];
  } catch {
    return [claim];
  }
}

describe('for any claims and any rules', () => {
  test('a caller is read, or refused with a 403', () => {
    fc.assert(
      fc.property(claimsArb, rulesArb, (claims, rules) => {
        read(() => callerFrom(claims, rules));
      }),
    );
  });

  test('the groups are texts of the claim with the groups, or parts between separators', () => {
    fc.assert(
      fc.property(claimsArb, rulesArb, (claims, rules) => {
        const caller = read(() =>
          callerFrom({ ...claims, me: 'alice' }, { ...rules, claims: { ...rules.claims, userId: 'me' } }),
        );
        const { groups: name, groupsSeparator } = rules.claims;
        const texts = textsIn(claimIn(claims, name));
        const parts =
          groupsSeparator === undefined
            ? texts
            : texts.flatMap((text) => [text, ...text.split(groupsSeparator).map((part) => part.trim())]);
        for (const group of caller?.subject.groups ?? []) expect(parts).toContain(group);
        if (caller?.subject.unreadGroups !== undefined) expect(caller.subject.groups).toEqual([]);
      }),
    );
  });

  test('the scopes are words of the claims with the scopes, or those of the backend with that user id', () => {
    fc.assert(
      fc.property(claimsArb, rulesArb, (claims, rules) => {
        const caller = read(() => callerFrom(claims, rules));
        if (caller === undefined) return;
        const values = rules.claims.scopes.map((name) => claimIn(claims, name));
        const words = values.flatMap((held) =>
          typeof held === 'string' ? held.split(' ') : Array.isArray(held) ? (held as unknown[]) : [],
        );
        const own = rules.backends.get(caller.subject.userId) ?? [];
        for (const scope of caller.scopes) expect([...words, ...own]).toContain(scope);
      }),
    );
  });

  test('a request that API Gateway has verified is never a 401', () => {
    const { log } = world();
    fc.assert(
      fc.property(claimsArb, rulesArb, (claims, callers) => {
        const token = {
          ...claims,
          iss: 'https://identity.example.com/',
          aud: 'layermint',
          exp: 1_769_863_600,
        };
        const verified = Object.fromEntries(
          Object.entries(token).map(([name, held]) => [name, renderClaim(held)]),
        );
        read(() => callerOf(apiEvent({ claims: token, verified }), { callers, log }));
      }),
    );
  });
});

describe("the authorizer's rendering", () => {
  const scalar = fc.oneof(
    word,
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  );

  test('of any claim that identifies a token equals it', () => {
    fc.assert(
      fc.property(fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), (claim) => {
        expect(isRenderingOf(claim, renderClaim(claim))).toBe(true);
      }),
    );
  });

  test('of one text never equals another text', () => {
    const text = fc.oneof(word, fc.string({ unit: 'grapheme' })).filter((it) => it.isWellFormed());
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(isRenderingOf(one, renderClaim(other))).toBe(one === other);
      }),
    );
  });

  test('of one moment never equals another', () => {
    const moment = fc.nat({ max: 4_000_000_000 });
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        for (const form of [String(other), other.toExponential(), `${other}.0`]) {
          expect(isRenderingOf(one, form)).toBe(one === other);
        }
      }),
    );
  });
});
