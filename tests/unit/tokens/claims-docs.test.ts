import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { clientTokenClaims } from '../../../lib/tokens/index.ts';
import { subject } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';

const EVERYTHING = {
  outcome: 'allowed',
  permissions: ['read-document', 'write'],
  collaborationPermissions: ['annotations:view:self'],
  defaultGroup: 'class 7',
  layer: 'draft',
  issuedAt: NOON,
  expiresAt: NOON + 900,
  grants: [],
} as const;

test('docs/api.md gives the source of every claim of a token, and of no other', async () => {
  const text = await readFile('docs/api.md', 'utf8');
  const [, table = ''] = /^## The claims of a token$(.*?)^## /ms.exec(text) ?? [];
  const described = [...table.matchAll(/^\| `([a-z_]+)` +\| \S/gm)].map(([, claim]) => claim);
  const claims = clientTokenClaims('doc', subject('alice', [], 'Alice A.'), EVERYTHING, 'family');
  expect(described.toSorted()).toEqual(Object.keys(claims).sort());
});
