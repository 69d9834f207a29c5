import { describe, expect, test } from '@jest/globals';
import { NOON } from '../../../support/runtime/clock.ts';
import { signedText } from '../../../support/signing-keys/signed-texts.ts';
import { failedIn, HEADER, inspect, pair, ruleIn } from '../../../support/tokens/inspecting.ts';

describe('The claims', () => {
  test.each([
    ['document_id', undefined],
    ['document_id', ''],
    ['document_id', 5],
    ['permissions', undefined],
    ['permissions', 'read-document'],
    ['permissions', []],
    ['permissions', ['read-document', 'admin']],
    ['permissions', ['read-document', 5]],
    ['layer', 5],
    ['layer', 'a*'],
    ['layer', 'x'.repeat(257)],
    ['jti', ''],
    ['jti', 5],
    ['user_id', 5],
    ['default_group', null],
    ['creator_name', []],
    ['password', {}],
    ['collaboration_permissions', 'annotations:view:all'],
    ['collaboration_permissions', [['annotations:view:all']]],
  ])('%s cannot be %j', async (claim, value) => {
    const inspection = await inspect({ claims: { [claim]: value } });
    expect(inspection.accepted).toBe(false);
    expect(ruleIn(inspection, claim)).toMatchObject({ ok: false, basis: 'documented' });
  });

  test('a layer may have 256 characters; control characters in it are marked as undocumented', async () => {
    expect(await inspect({ claims: { layer: '😀'.repeat(256) } })).toMatchObject({ accepted: true });
    const control = await inspect({ claims: { layer: 'a\u0000' } });
    expect(failedIn(control)).toEqual(['layer-characters']);
    expect(ruleIn(control, 'layer-characters')).toMatchObject({ basis: 'undocumented' });
  });

  test.each([
    ['permissions', ['cover-image'], 'read-document'],
    ['user_id', undefined, 'creator'],
    ['jti', undefined, 'revocable'],
    ['sub', 'alice', 'unknown-claims'],
    ['user_id', 'alice archer', 'user_id-white-space'],
    ['user_id', 'alice\u00a0archer', 'user_id-white-space'],
  ])('%s may be %j, with the advice of %s', async (claim, value, rule) => {
    const inspection = await inspect({ claims: { [claim]: value } });
    expect(inspection.accepted).toBe(true);
    expect(failedIn(inspection)).toEqual([rule]);
    expect(ruleIn(inspection, rule)).toMatchObject({ basis: 'advice' });
  });

  test('that Document Engine does not know are named, with the claims that they resemble', async () => {
    const misspelt = ruleIn(
      await inspect({ claims: { documentId: 'x', 'user-id': 'x', other: 1 } }),
      'unknown-claims',
    );
    expect(misspelt?.actual).toBe('["documentId","user-id","other"]');
    expect(misspelt?.detail).toContain('"documentId" is spelt "document_id"; "user-id" is spelt "user_id"');
    const backend = await inspect({ claims: { allowed_operations: ['ocr_api'] } });
    expect(ruleIn(backend, 'unknown-claims')?.detail).toContain('This is a backend token');
  });

  test('show a prototype-shaped name as any other', async () => {
    const jwt = signedText(
      HEADER,
      `{"__proto__": {"document_id": "x"}, "exp": ${NOON + 9}}`,
      pair.privateKey,
    );
    const inspection = await inspect({ jwt });
    expect(ruleIn(inspection, 'document_id')).toMatchObject({ ok: false, actual: 'absent' });
    expect(ruleIn(inspection, 'unknown-claims')).toMatchObject({ actual: '["__proto__"]' });
  });

  test('show a password in no check', async () => {
    const { checks } = await inspect({ claims: { password: 'open sesame' } });
    expect(JSON.stringify(checks)).not.toContain('open sesame');
  });

  test('are cut if they are long', async () => {
    const { checks } = await inspect({ claims: { creator_name: 'x'.repeat(5000) } });
    expect(checks.find(({ rule }) => rule === 'creator_name')?.actual).toHaveLength(121);
  });

  test('of another document or layer than was asked about are refused', async () => {
    expect(failedIn(await inspect({ documentId: 'plan' }))).toEqual(['document-asked-for']);
    expect(failedIn(await inspect({ layer: 'review' }))).toEqual(['layer-asked-for']);
    const layered = await inspect({ claims: { layer: 'review' }, layer: '' });
    expect(layered.accepted).toBe(false);
    expect(failedIn(layered)).toEqual(['layer-asked-for']);
  });
});
