import { describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { signJwt } from '../../../lib/signing-keys/index.ts';
import { clientTokenClaims } from '../../../lib/tokens/index.ts';
import { claimsOf } from '../../support/tokens/client-token.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { fixedSigningKeys } from '../../support/signing-keys/fixed-signing-key.ts';
import { subject } from '../../support/grants/grants.ts';

const PERMIT = {
  outcome: 'allowed',
  permissions: ['read-document'],
  expiresAt: NOON + 900,
  grants: [],
  layer: '',
  issuedAt: NOON,
} as const;

describe('the claims of a client token', () => {
  test('are those of Document Engine, with the family as jti', () => {
    const permit = {
      ...PERMIT,
      layer: 'draft',
      collaborationPermissions: ['annotations:view:self'],
      defaultGroup: 'class 7',
    };
    expect(clientTokenClaims('doc', subject('alice', ['staff'], 'Alice A.'), permit, 'family')).toEqual({
      document_id: 'doc',
      layer: 'draft',
      permissions: ['read-document'],
      collaboration_permissions: ['annotations:view:self'],
      user_id: 'alice',
      creator_name: 'Alice A.',
      default_group: 'class 7',
      iat: NOON,
      exp: NOON + 900,
      jti: 'family',
    });
  });

  test('leave out absent values: a layer for the default layer, a name, a default group, a restriction', () => {
    expect(clientTokenClaims('doc', subject(), PERMIT, 'family')).toEqual({
      document_id: 'doc',
      permissions: ['read-document'],
      user_id: 'alice',
      iat: NOON,
      exp: NOON + 900,
      jti: 'family',
    });
  });

  test('never hold nbf, which would fail without need if clocks differ', () => {
    expect(clientTokenClaims('doc', subject(), PERMIT, 'family')).not.toHaveProperty('nbf');
  });
});

describe('a signed token', () => {
  test('names its algorithm, type and key in its header, and exactly its claims in its payload', async () => {
    const claims = clientTokenClaims('doc', subject('日本'), { ...PERMIT, layer: 'draft' }, 'family');
    const jwt = await signJwt({ ...claims }, await fixedSigningKeys.current());
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'test-key' });
    expect(await claimsOf(jwt)).toEqual(claims);
  });
});
