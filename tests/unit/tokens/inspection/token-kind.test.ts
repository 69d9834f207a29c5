import { describe, expect, test } from '@jest/globals';
import { NOON } from '../../../support/runtime/clock.ts';
import { signedText } from '../../../support/signing-keys/signed-texts.ts';
import { HEADER, inspect, pair, ruleIn } from '../../../support/tokens/inspecting.ts';

const kindOf = async (claims: Readonly<Record<string, unknown>>) =>
  ruleIn(
    await inspect({ jwt: signedText(HEADER, { exp: NOON + 900, ...claims }, pair.privateKey) }),
    'token-kind',
  );

describe('The kind of a token', () => {
  test.each([
    ['a backend token', { allowed_document_ids: ['d'], allowed_operations: ['ocr'], jti: 'x' }],
    ['hosted service', { allowed_documents: [{ document_id: 'd', document_permissions: ['read'] }] }],
    ['AI Assistant', { document_ids: ['d'], session_ids: ['s'], user_id: 'alice' }],
    ['AI Assistant', { request_limit: { requests: 30, time_period_s: 60 } }],
    ['conversion of an Office file', { sha256: '0'.repeat(64) }],
    [
      'identity provider',
      {
        iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a',
        sub: 'alice',
        token_use: 'access',
      },
    ],
    [
      'identity provider',
      { iss: 'https://login.microsoftonline.com/t/v2.0', aud: 'api', oid: 'o', scp: 'open' },
    ],
  ])('is told if it is another one: %s', async (kind, claims) => {
    const found = await kindOf(claims);
    expect(found).toMatchObject({ ok: false, basis: 'documented' });
    expect(found?.detail).toContain(kind);
    expect(found?.detail).toContain('POST /v1/tokens');
  });

  test('is told before the signature, which another key made', async () => {
    const { checks } = await inspect({ jwt: signedText(HEADER, { iss: 'x' }, pair.privateKey) });
    const rules = checks.map(({ rule }) => rule);
    expect(rules.indexOf('token-kind')).toBeLessThan(rules.indexOf('signature'));
  });

  test.each([
    ['a client token', { document_id: 'd', permissions: ['write'] }],
    ['a client token with more claims', { document_id: 'd', iss: 'https://example.com', aud: 'x' }],
    ['a token without any claim that tells it', { user_id: 'alice' }],
    ['a token with names of every prototype', { constructor: 1, toString: 1 }],
  ])('is not doubted for %s', async (_, claims) => {
    expect(await kindOf(claims)).toMatchObject({ ok: true });
  });
});
