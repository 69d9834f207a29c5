import { describe, expect, test } from '@jest/globals';
import { signedText } from '../../../support/signing-keys/signed-texts.ts';
import { CLAIMS, failedIn, HEADER, inspect, pair, ruleIn } from '../../../support/tokens/inspecting.ts';

const JWT = signedText(HEADER, CLAIMS, pair.privateKey);
const [head = '', payload = '', signature = ''] = JWT.split('.');

describe('A text around a token', () => {
  test.each([
    ['the scheme "Bearer"', `Bearer ${JWT}`],
    ['the scheme "Bearer"', `bearer  ${JWT}`],
    ['the name of a header', `Authorization: Bearer ${JWT}`],
    ['the scheme "Token"', `Token token="${JWT}"`],
    ['the scheme "Token"', `Token ${JWT}`],
    ['quotes', `"${JWT}"`],
    ['quotes', `'Bearer ${JWT}'`],
    ['quotes', `\`${JWT}\``],
    ['white space', ` ${JWT}`],
    ['white space', `${JWT}\r\n`],
    ['white space within', `${head}.\n  ${payload}.\n  ${signature}`],
    ['white space within', `Bearer ${JWT.slice(0, 76)}\n${JWT.slice(76)}`],
    ['a URL', `https://documents.example.com/documents/contract/cover?width=200&jwt=${JWT}`],
    ['a URL', `/documents/contract?jwt=${JWT}#page=1`],
    ['a URL', `https://app.example.com/#token=${JWT}`],
    ['an answer of this API', JSON.stringify({ jwt: JWT, documentId: 'contract' }, null, 2)],
    ['the name of a member', `"jwt": "${JWT}",`],
    ['the name of a member', `jwt=${JWT};`],
    ['a comma or semicolon', `"${JWT}",`],
  ])('is named, and is the only fault of a right token: %s in %#', async (name, jwt) => {
    const inspection = await inspect({ jwt });
    expect(inspection).toMatchObject({ accepted: false, header: HEADER, claims: CLAIMS });
    expect(failedIn(inspection)).toEqual(['token-alone']);
    expect(ruleIn(inspection, 'token-alone')?.actual).toContain(name);
  });

  test('does not hide the faults of the token', async () => {
    const inspection = await inspect({ jwt: `Bearer ${head}.${payload}.${signature}==` });
    expect(failedIn(inspection)).toEqual(['token-alone', 'base64url', 'signature']);
  });

  test.each([
    ['the token alone', JWT],
    ['nothing', ''],
    ['a word with the scheme', 'Bearer secret'],
    ['a word in quotes', '"secret"'],
    ['an answer without a token', '{"title": "not granted"}'],
    ['an answer with another value as its token', '{"jwt": {"a": 1}}'],
    ['a URL without a token', 'https://documents.example.com/api'],
    ['a sentence', 'My token does not work! Please help.'],
  ])('is not named in %s', async (_, jwt) => {
    expect(ruleIn(await inspect({ jwt }), 'token-alone')).toMatchObject({ ok: true });
  });

  test('of any depth and length gets a result', async () => {
    for (const jwt of [`${'"'.repeat(8000)}a.b.c${'"'.repeat(8000)}`, `Bearer ${' '.repeat(15_000)}x`]) {
      expect(await inspect({ jwt })).toMatchObject({ accepted: false });
    }
  });
});
