import { describe, expect, test } from '@jest/globals';
import { isRenderingOf, isRenderingOfAudience } from '../../../../lib/http/authentication/rendered-claim.ts';

describe("a claim equals the authorizer's rendering", () => {
  test.each<[unknown, unknown]>([
    ['alice', 'alice'],
    ['true', 'true'],
    ['[a b]', '[a b]'],
    [1_769_863_600, '1769863600'],
    [1_769_863_600, '1.7698636e+09'],
    [1_769_863_600, '1.7698636E9'],
    [1_769_863_600, '1769863600.0'],
    [1_769_863_600, 1_769_863_600],
    [1_769_863_600.25, '1769863600.25'],
    [1_769_863_600.25, '1769863600'],
    [0, '0'],
    [-1, '-1'],
    [true, 'true'],
    [false, false],
    [null, 'null'],
    [null, '<nil>'],
    [null, ''],
    [null, null],
    [['a', 'b'], '[a b]'],
    [['a', 'b'], '["a","b"]'],
    [['a', 'b'], '[a, b]'],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[], '[]'],
    [['a', 1], '[a 1]'],
    [[['a'], null], '[[a] <nil>]'],
    [{ a: 1 }, 'map[a:1]'],
    [{ a: 1 }, '{"a":1}'],
    ['a\ud800b', 'a?b'],
    ['a\ud800b', 'a\ufffd\ufffd\ufffdb'],
  ])('%j, rendered as %j', (claim, rendered) => {
    expect(isRenderingOf(claim, rendered)).toBe(true);
  });

  test.each<[unknown, unknown]>([
    ['alice', 'Alice'],
    ['alice', '[alice]'],
    ['alice', ['alice']],
    ['alice', null],
    ['alice ', 'alice'],
    ['null', null],
    ['1769863600', '1.7698636e+09'],
    ['a?b', 'a\ufffdb'],
    ['jos\u00e9', 'jose\u0301'],
    [1_769_863_600, '1769863601'],
    [1_769_863_600, '1.7698e+09'],
    [1_769_863_600, '0x697DFB70'],
    [1_769_863_600, ' 1769863600'],
    [1_769_863_600, ''],
    [1_769_863_600, '1769863600 1'],
    [1_769_863_600.25, '1769863601'],
    [1_769_863_600.25, '1769863600.5'],
    [0, ''],
    [0, false],
    [true, 'false'],
    [true, '1'],
    [null, 'alice'],
    [undefined, 'alice'],
    [undefined, null],
    [undefined, ''],
    [['a', 'b'], '[a c]'],
    [['a', 'b'], '[b a]'],
    [['a', 'b'], '[a b c]'],
    [
      ['a', 'b'],
      ['a', 'c'],
    ],
    [['a'], 'a'],
    [['a', 'b'], ['a']],
    [{ a: 1 }, 'alice'],
    [{ a: 1 }, {}],
  ])('and not %j, rendered as %j', (claim, rendered) => {
    expect(isRenderingOf(claim, rendered)).toBe(false);
  });
});

describe('an audience', () => {
  test.each<[unknown, unknown]>([
    ['layermint', 'layermint'],
    ['layermint', '[layermint]'],
    ['layermint', ['layermint']],
    [['layermint'], 'layermint'],
    [['layermint'], '["layermint"]'],
    [['layermint', 'other'], '[layermint other]'],
  ])('is compared as a list: %j, rendered as %j', (claim, rendered) => {
    expect(isRenderingOfAudience(claim, rendered)).toBe(true);
  });

  test.each<[unknown, unknown]>([
    ['layermint', '[layermint other]'],
    [['layermint', 'other'], 'layermint'],
    [['layermint', 'other'], '[layermint]'],
    [[], 'layermint'],
    [undefined, 'layermint'],
  ])('of another token differs: %j, rendered as %j', (claim, rendered) => {
    expect(isRenderingOfAudience(claim, rendered)).toBe(false);
  });
});
