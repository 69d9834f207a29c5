import { describe, expect, test } from '@jest/globals';
import { scopesIn } from '../../../lib/identity/index.ts';

describe('scopes', () => {
  test.each<[unknown, readonly string[]]>([
    ['openid  layermint/grants ', ['openid', 'layermint/grants']],
    [
      ['openid', 'layermint/grants'],
      ['openid', 'layermint/grants'],
    ],
    ['', []],
    [[], []],
  ])('are words of a string, or a list: %j', (value, scopes) => {
    expect(scopesIn({ scope: value }, ['scope'])).toEqual(scopes);
  });

  test('are joined from several claims, nested ones too', () => {
    const claims = { scope: 'a b', scp: ['c'], app: { roles: ['d'] } };
    expect(scopesIn(claims, ['scope', 'scp', '/app/roles', 'absent'])).toEqual(['a', 'b', 'c', 'd']);
  });

  const GRANTS = 'layermint/grants';

  test.each<[string, unknown]>([
    ['the keys of an object', { [GRANTS]: true }],
    ['the values of an object', { 0: GRANTS, length: 1 }],
    ['a list in a list', [[GRANTS]]],
    ['a list with anything but strings', [GRANTS, 1]],
    ['part of a word', `x${GRANTS} ${GRANTS}x ${GRANTS},openid`],
    ['words that a tab or a line break separates', `openid\t${GRANTS}\n${GRANTS}`],
    ['a text that holds a JSON list', `["${GRANTS}"]`],
    ['a text that is rendered like a list', `[${GRANTS}]`],
    ['one element of two words', [`openid ${GRANTS}`]],
    ['another case', GRANTS.toUpperCase()],
    ['half of a surrogate pair', `\ud800${GRANTS}`],
  ])('are never gained from %s', (_, scope) => {
    expect(scopesIn({ scope }, ['scope'])).not.toContain(GRANTS);
  });

  test('are never taken from members that every object inherits', () => {
    expect(scopesIn({}, ['constructor', '/__proto__/toString', 'toString'])).toEqual([]);
  });
});
