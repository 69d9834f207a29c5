import { expect, test } from '@jest/globals';
import {
  attackOneStack,
  CONTRACT,
  jwtIn,
  mint,
  open,
  PLAN,
  tokenOf,
} from '../support/local-stack/stack-under-attack.ts';
// Each file registers the attacks on one asset. They share the stack: a start takes longer than all attacks together.
import './attacks/caller-identity.ts';
import './attacks/developer-machine.ts';
import './attacks/documents.ts';
import './attacks/permissions.ts';
import './attacks/private-layer.ts';
import './attacks/request-framing.ts';
import './attacks/request-path.ts';
import './attacks/revocation.ts';

attackOneStack();

test('Without an attack a token is minted, and opens only its own document and layer', async () => {
  const jwt = jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT }));
  expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'alice' });
  expect(await open(jwt, PLAN)).toBe(403);
  expect(await open(jwt, CONTRACT, 'review')).toBe(403);
  expect(await open(jwt, CONTRACT, 'user:alice')).toBe(403);
});
