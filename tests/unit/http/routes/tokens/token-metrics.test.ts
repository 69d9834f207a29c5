import { expect, test } from '@jest/globals';
import { mintTokenHandler } from '../../../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../../../lib/http/routes/tokens/mint-tokens.ts';
import type { ApiHandler } from '../../../../../lib/http/routes/route.ts';
import { grant, user } from '../../../../support/grants/grants.ts';
import { apiEvent, lambdaContext } from '../../../../support/http/events.ts';
import { minting, tableOf, type Minting } from '../../../../support/tokens/minting.ts';

/** Sends a request of alice, who may view the contract. @returns the parsed request line */
async function lineOf(
  make: (given: Minting) => ApiHandler,
  body: unknown,
  given: Partial<Minting> = {},
): Promise<unknown> {
  const table = await tableOf({ contract: [grant(user('alice'), 'viewer', { privateLayer: true })] });
  const to = minting({ table, ...given });
  await make(to)(apiEvent({ body }), lambdaContext());
  expect(to.lines).toHaveLength(1);
  return JSON.parse(to.lines.join(''));
}

const CONTRACT = { documentId: 'contract' };

test('the line of a mint counts the token, and has its duration, layer and outcome', async () => {
  const line = await lineOf(mintTokenHandler, { ...CONTRACT, privateLayer: true });
  expect(line).toMatchObject({
    outcome: 'served',
    layer: 'user:alice',
    durationMs: expect.any(Number),
    MintDuration: expect.any(Number),
    TokensMinted: 1,
  });
  expect(line).not.toHaveProperty('TokensRefused');
});

test.each([
  [{ documentId: 'plan' }, 'not-granted'],
  [{ ...CONTRACT, permissions: ['write'] }, 'permissions-not-granted'],
  [{ ...CONTRACT, ttlSeconds: 'long' }, 'invalid-request'],
])('the line of the refused request %j counts it by its reason %s', async (body, slug) => {
  const line = await lineOf(mintTokenHandler, body);
  expect(line).toMatchObject({
    outcome: 'refused',
    problem: slug,
    TokensRefused: 1,
    [`TokensRefused-${slug}`]: 1,
  });
  expect(line).not.toHaveProperty('TokensMinted');
});

test('a failure of the service is no refusal', async () => {
  const line = await lineOf(mintTokenHandler, CONTRACT, {
    signingKeys: { current: () => Promise.reject(new Error('no key')) },
  });
  expect(line).toMatchObject({ outcome: 'failed', InternalError: 1 });
  expect(line).not.toHaveProperty('TokensRefused');
});

test('the line of a batch counts each of its tokens', async () => {
  const requests = [
    CONTRACT,
    CONTRACT,
    { documentId: 'plan' },
    { documentId: 'x' },
    { ...CONTRACT, ttlSeconds: 0 },
  ];
  expect(await lineOf(mintTokensHandler, { requests })).toMatchObject({
    outcome: 'served',
    TokensMinted: 2,
    TokensRefused: 3,
    'TokensRefused-not-granted': 2,
    'TokensRefused-invalid-request': 1,
  });
});
