import { expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import { BatchAnswer } from '../../lib/http/routes/tokens/batch-schemas.ts';
import { mintTokensHandler } from '../../lib/http/routes/tokens/mint-tokens.ts';
import { mintTokenHandler } from '../../lib/http/routes/tokens/mint-token.ts';
import { apiEvent, lambdaContext, problemIn, tokenIn } from '../support/http/events.ts';
import { EVERYONE, grant, group, user } from '../support/grants/grants.ts';
import { minting, tableOf } from '../support/tokens/minting.ts';
import { NOON } from '../support/runtime/clock.ts';

const GRANTS = {
  contract: [
    grant(user('alice'), 'annotator'),
    grant(group('editors'), 'editor', { layers: ['review'], expiresAt: NOON + 300 }),
    grant(EVERYONE, 'thumbnail', { layers: ['*'] }),
  ],
  plan: [grant(group('editors'), 'owner', { layers: ['*'], privateLayer: true })],
};

/** Makes the body of a mint request, which may be granted, refused or malformed. */
const entry = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        documentId: fc.constantFrom('contract', 'plan', 'nowhere', 'a/b'),
        layer: fc.constantFrom('', 'review', 'user:alice', '*'),
        privateLayer: fc.constantFrom(true, false),
        permissions: fc.uniqueArray(fc.constantFrom('read-document', 'write', 'download', 'admin'), {
          maxLength: 3,
        }),
        ttlSeconds: fc.constantFrom(60, 900, 3600, 3601),
      },
      { requiredKeys: ['documentId'] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** Reads a token's claims, except the family, which differs with each request. */
function withoutFamily(jwt: string): object {
  const { jti: _family, ...claims } = decodeJwt(jwt);
  return claims;
}

test('a batch answers each entry exactly as a single mint of that entry', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 8 }), async (requests) => {
      const claims = { sub: 'alice', 'cognito:groups': ['editors'], name: 'Alice' };
      const together = mintTokensHandler(minting({ table: await tableOf(GRANTS) }));
      const event = apiEvent({ route: 'POST /v1/tokens/batch', claims, body: { requests } });
      const answer = await together(event, lambdaContext());
      const { results } = BatchAnswer.parse(JSON.parse(answer.body ?? ''));
      expect(results).toHaveLength(requests.length);

      for (const [index, request] of requests.entries()) {
        const alone = mintTokenHandler(minting({ table: await tableOf(GRANTS) }));
        const single = await alone(apiEvent({ claims, body: JSON.stringify(request) }), lambdaContext());
        const result = results[index];
        expect(result?.status).toBe(single.statusCode);
        if (result && 'token' in result) {
          expect(withoutFamily(result.token.jwt)).toEqual(withoutFamily(tokenIn(single).jwt));
        } else expect(result?.problem).toEqual(problemIn(single));
      }
    }),
    { numRuns: size(40, 150) },
  );
});
