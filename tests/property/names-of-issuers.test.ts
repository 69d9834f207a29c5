import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faultOfPrefixes, nameInStage } from '../../lib/identity/index.ts';

const prefix = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', 'a/', 'ab/', 'a/b', '/', 'entra/', 'entra'),
  fc.stringMatching(/^[a-c/]{0,4}$/),
);

/** Names that begin as prefixes do are the ones that could meet. */
const name = fc.oneof(
  fc.stringMatching(/^[a-c/]{1,6}$/),
  fc.tuple(prefix, prefix).map((parts) => parts.join('') || 'x'),
);

test('the users of two issuers never meet, whichever prefixes packaging accepts', () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(prefix, { minLength: 2, maxLength: 4 }),
      name,
      name,
      (prefixes, one, other) => {
        if (faultOfPrefixes(prefixes) !== undefined) return;
        accepted += 1;
        const inStage = (at: number, text: string): string | undefined =>
          nameInStage(text, {
            prefix: prefixes[at] ?? '',
            foreignPrefixes: prefixes.filter((it, of) => of !== at && it !== ''),
          });
        const theirs = inStage(1, other);
        // The second is the name with which the first issuer would meet the other's user.
        for (const mine of [inStage(0, one), inStage(0, (prefixes[1] ?? '') + other)]) {
          if (mine !== undefined) expect(mine).not.toBe(theirs);
        }
        // And of one issuer, two names stay two.
        const mine = inStage(0, one);
        if (one !== other && mine !== undefined) expect(mine).not.toBe(inStage(0, other));
      },
    ),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(20);
});

test('an issuer with a prefix keeps all of its users', () => {
  fc.assert(
    fc.property(fc.uniqueArray(prefix, { minLength: 2, maxLength: 4 }), name, (prefixes, text) => {
      if (faultOfPrefixes(prefixes) !== undefined || prefixes[0] === '') return;
      const foreignPrefixes = prefixes.slice(1).filter((it) => it !== '');
      expect(nameInStage(text, { prefix: prefixes[0] ?? '', foreignPrefixes })).toBe(`${prefixes[0]}${text}`);
    }),
  );
});

test('prefixes that overlap are refused', () => {
  expect(faultOfPrefixes(['a/', 'a/b/'])).toBe(
    'must not be the beginning of the userIdPrefix of another issuer',
  );
  expect(faultOfPrefixes(['a/', 'a/'])).toBe(
    'must not be the beginning of the userIdPrefix of another issuer',
  );
  expect(faultOfPrefixes(['', ''])).toBe('can be empty for one issuer only');
  expect(faultOfPrefixes(['', 'a/', 'b/'])).toBeUndefined();
  expect(faultOfPrefixes([''])).toBeUndefined();
});
