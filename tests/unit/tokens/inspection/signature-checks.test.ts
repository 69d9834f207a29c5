import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { NOON } from '../../../support/runtime/clock.ts';
import { spki } from '../../../support/signing-keys/keys.ts';
import { newPublishedKey, publishedKey } from '../../../support/signing-keys/published-keys.ts';
import { encoded, signedText } from '../../../support/signing-keys/signed-texts.ts';
import {
  HEADER,
  CLAIMS,
  failedIn,
  inspect,
  pair,
  published,
  ruleIn,
} from '../../../support/tokens/inspecting.ts';

describe('The signature', () => {
  test.each([
    ['none', ['alg', 'alg-of-stage', 'three-parts', 'signature'], 'An unsigned token is never accepted'],
    ['None', ['alg', 'alg-of-stage', 'three-parts', 'signature'], 'An unsigned token is never accepted'],
  ])('cannot be left out with the algorithm %s', async (alg, failed, detail) => {
    const inspection = await inspect({ jwt: `${encoded({ alg })}.${encoded(CLAIMS)}.` });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(expect.arrayContaining(failed));
    expect(ruleIn(inspection, 'alg')?.detail).toContain(detail);
  });

  test('cannot be made with the public key as a shared secret', async () => {
    const input = `${encoded({ ...HEADER, alg: 'HS256' })}.${encoded(CLAIMS)}`;
    const forged = createHmac('sha256', spki(pair.publicKey)).update(input).digest('base64url');
    const inspection = await inspect({ jwt: `${input}.${forged}` });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(['alg', 'alg-of-stage', 'signature']);
    expect(ruleIn(inspection, 'alg')?.detail).toContain('never use a public key as a secret');
  });

  test('is judged by the key, not by the algorithm in the header', async () => {
    const inspection = await inspect({ header: { alg: 'ES512' } });
    expect(failedIn(inspection)).toEqual(['alg-of-stage']);
    expect(inspection.accepted).toBe(false);
  });

  test('is not of a key that the header brings along', async () => {
    const other = newPublishedKey('ES256').pair;
    const header = { ...HEADER, jwk: other.publicKey.export({ format: 'jwk' }) };
    const inspection = await inspect({ jwt: signedText(header, CLAIMS, other.privateKey) });
    expect(failedIn(inspection)).toEqual(['signature']);
  });

  test('may be of any key that now verifies', async () => {
    for (const state of [{ state: 'pending' }, { state: 'previous', verifiesUntil: NOON + 1 }] as const) {
      const keys = [
        newPublishedKey('ES256', { kid: 'other' }).published,
        publishedKey({ kid: published.kid, publicKey: published.publicKey, ...state }),
      ];
      expect(await inspect({ keys })).toMatchObject({ accepted: true });
    }
  });

  test.each([
    ['was dropped', { state: 'dropped', verifiesUntil: NOON + 1 }, 'The key was dropped'],
    ['has had its time', { state: 'previous', verifiesUntil: NOON }, 'it no longer verifies tokens'],
  ] as const)('does not count if its key %s', async (_what, details, detail) => {
    const inspection = await inspect({ keys: [{ ...published, ...details }] });
    expect(failedIn(inspection)).toEqual(['signature']);
    expect(ruleIn(inspection, 'signature')?.detail).toContain(detail);
  });

  test('does not count if its key is for another algorithm than that of the stage', async () => {
    const rs256 = newPublishedKey('RS256');
    const jwt = signedText({ alg: 'RS256', kid: 'RS256' }, CLAIMS, rs256.pair.privateKey);
    const inspection = await inspect({ jwt, keys: [published, rs256.published] });
    expect(failedIn(inspection)).toEqual(['alg-of-stage', 'signature']);
    expect(ruleIn(inspection, 'signature')?.detail).toContain('The key is for RS256');
  });

  test('tells if no key is published yet', async () => {
    expect(ruleIn(await inspect({ keys: [] }), 'signature')?.detail).toContain('No key is published yet');
  });

  test('counts under another kid, which is advice only', async () => {
    for (const kid of ['other', undefined, 5]) {
      const inspection = await inspect({ header: { kid } });
      expect(inspection.accepted).toBe(true);
      expect(failedIn(inspection)).toEqual(['kid']);
    }
  });

  test('is refused with an extension that must be understood', async () => {
    const inspection = await inspect({ header: { crit: ['b64'], b64: false } });
    expect(ruleIn(inspection, 'crit')).toMatchObject({ ok: false, basis: 'undocumented' });
    expect(inspection.accepted).toBe(false);
  });
});
