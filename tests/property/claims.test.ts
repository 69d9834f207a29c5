import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import { DOCUMENT_ID_PATTERN, isLayerName } from '../../lib/document-engine/index.ts';
import { mintTokenHandler } from '../../lib/http/routes/tokens/mint-token.ts';
import { claimsOf } from '../support/tokens/client-token.ts';
import { apiEvent, lambdaContext, tokenIn } from '../support/http/events.ts';
import { EVERYONE, grant } from '../support/grants/grants.ts';
import { minting, tableOf } from '../support/tokens/minting.ts';
import { isPrincipalName } from '../../lib/identity/index.ts';
import { principalName } from '../support/tokens/scenarios.ts';

const PREFIX = 'user:';

const documentId = fc
  .stringMatching(/^[A-Za-z0-9._~:@-]{1,256}$/)
  .filter((id) => DOCUMENT_ID_PATTERN.test(id));

const layer = fc.oneof(
  fc.constantFrom('', 'draft', '__proto__', 'constructor'),
  fc.string({ unit: 'binary', maxLength: 256 }).filter(isLayerName),
);

const name = fc.oneof(
  principalName,
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter(isPrincipalName),
);

/** The caller, and the user if the caller asks on behalf of one. */
const people = fc.record(
  {
    caller: name,
    callerName: name,
    onBehalfOf: fc.record(
      { userId: name, groups: fc.uniqueArray(name, { maxLength: 3 }), name },
      { requiredKeys: ['userId'] },
    ),
  },
  { requiredKeys: ['caller'] },
);

// Many runs, on machines of any speed.
jest.setTimeout(120_000);

describe('the claims of a token', () => {
  test('are for exactly the document, layer and user of any request', async () => {
    await fc.assert(
      fc.asyncProperty(
        people,
        documentId,
        fc.oneof(
          layer.map((layer) => ({ layer })),
          fc.constant({ privateLayer: true }),
          fc.constant({}),
        ),
        async ({ caller, callerName, onBehalfOf }, documentId, where) => {
          const table = await tableOf({
            [documentId]: [grant(EVERYONE, 'editor', { layers: ['*'], privateLayer: true })],
          });
          const claims = {
            sub: caller,
            scope: 'layermint/on-behalf',
            ...(callerName !== undefined && { name: callerName }),
          };
          const body = { documentId, ...where, ...(onBehalfOf && { onBehalfOf }) };
          const result = await mintTokenHandler(minting({ table }))(
            apiEvent({ claims, body }),
            lambdaContext(),
          );

          const userId = onBehalfOf?.userId ?? caller;
          const own = PREFIX + userId;
          const expected = 'layer' in where ? where.layer : 'privateLayer' in where ? own : '';
          const refused = !isLayerName(expected) || (expected.startsWith(PREFIX) && expected !== own);
          expect(result.statusCode).toBe(refused ? 403 : 201);
          if (refused) return;
          const answer = tokenIn(result);
          expect(answer).toMatchObject({ documentId, layer: expected, userId });
          const minted = await claimsOf(answer.jwt);
          expect(minted.document_id).toBe(documentId);
          expect(minted.layer ?? '').toBe(expected);
          expect(minted.user_id).toBe(userId);
          expect(minted.creator_name).toBe(onBehalfOf ? onBehalfOf.name : callerName);
        },
      ),
      { numRuns: size(60, 300) },
    );
  });
});
