import { describe, expect, test } from '@jest/globals';
import {
  CONTRACT,
  expectRefused,
  jwtIn,
  mint,
  open,
  send,
  tokenOf,
} from '../../support/local-stack/stack-under-attack.ts';

describe('tokens of others', () => {
  test('minting a backend token, or revoking the tokens of others, without the scope', async () => {
    const body = { allowedDocumentIds: [CONTRACT], allowedOperations: ['build'] };
    expectRefused(await send({ token: tokenOf('alice'), path: '/v1/backend-tokens', body }), 403);
    expectRefused(
      await send({ token: tokenOf('mallory'), path: '/v1/revocations', body: { userId: 'alice' } }),
      403,
    );
    const jwt = jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT }));
    const everyone = { documentId: CONTRACT, everyone: true };
    expectRefused(await send({ token: tokenOf('mallory'), path: '/v1/revocations', body: everyone }), 403);
    // A revocation with a document alone is for the caller's own tokens.
    const own = await send({
      token: tokenOf('mallory'),
      path: '/v1/revocations',
      body: { documentId: CONTRACT },
    });
    expect(own.status).toBe(200);
    expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'alice' });
  });
});
