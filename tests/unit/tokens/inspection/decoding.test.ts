import { describe, expect, test } from '@jest/globals';
import { encoded, signedText } from '../../../support/signing-keys/signed-texts.ts';
import { CLAIMS, failedIn, HEADER, inspect, pair, ruleIn } from '../../../support/tokens/inspecting.ts';

describe('The form', () => {
  const jwt = signedText(HEADER, CLAIMS, pair.privateKey);
  const [head = '', payload = '', signature = ''] = jwt.split('.');

  test.each([
    ['nothing', '', ['three-parts', 'header', 'claims', 'signature']],
    ['two parts', `${head}.${payload}`, ['three-parts', 'signature']],
    ['four parts', `${jwt}.x`, ['three-parts', 'base64url', 'signature']],
    ['padding', `${jwt}==`, ['base64url', 'signature']],
    [
      'a character of another script',
      `${head}é.${payload}.${signature}`,
      ['base64url', 'header', 'signature'],
    ],
    ['an opaque token', 'c2VjcmV0', ['three-parts', 'header', 'claims', 'signature']],
    ['a header that is not JSON', `${encoded('{')}.${payload}.${signature}`, ['header', 'signature']],
    ['claims that are a list', signedText(HEADER, '[]', pair.privateKey), ['claims']],
    [
      'claims that are not UTF-8',
      `${head}.${Buffer.from([0xff]).toString('base64url')}.${signature}`,
      ['claims', 'signature'],
    ],
  ])('is refused with %s', async (_what, text, failed) => {
    const inspection = await inspect({ jwt: text });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(expect.arrayContaining(failed));
    expect(failedIn(inspection)).not.toContain('exp');
  });

  test('is refused if the last character has other unused bits, which is marked as undocumented', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(jwt.at(-1) ?? '');
    const inspection = await inspect({ jwt: jwt.slice(0, -1) + (alphabet[last + 1] ?? '') });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(['base64url-canonical']);
    expect(ruleIn(inspection, 'base64url-canonical')).toMatchObject({ basis: 'undocumented' });
  });

  test('gets the usual remedy', async () => {
    expect(ruleIn(await inspect({ jwt: 'c2VjcmV0' }), 'three-parts')?.detail).toContain('This is not a JWT.');
    expect(ruleIn(await inspect({ jwt: 'a.b.c.d.e' }), 'three-parts')?.detail).toContain('encrypted');
    expect(ruleIn(await inspect({ jwt: `${jwt}=` }), 'base64url')?.detail).toContain('without padding');
  });

  test('may have members nested 32 deep and no deeper, so that writing it out cannot exhaust the stack', async () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const inspected = await inspect({ jwt: signedText(HEADER, nested(32), pair.privateKey) });
    expect(inspected.claims).not.toBeNull();
    for (const depth of [33, 6000]) {
      const inspection = await inspect({ jwt: signedText(HEADER, nested(depth), pair.privateKey) });
      expect(inspection).toMatchObject({ accepted: false, claims: null });
      expect(JSON.stringify(inspection)).toContain('nested more than 32 deep');
    }
  });
});
