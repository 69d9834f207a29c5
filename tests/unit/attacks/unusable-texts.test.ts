import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { DocumentId } from '../../../lib/http/messages/fields.ts';
import { parseInput } from '../../../lib/http/messages/json-body.ts';
import { documentIdIn } from '../../../lib/http/messages/path.ts';
import { Problem } from '../../../lib/http/problems/problem.ts';
import { backendTokenRequestSchema } from '../../../lib/http/routes/backend-tokens/schemas.ts';
import { grantBodySchema, wholeGrantSchema } from '../../../lib/http/routes/grants/schemas.ts';
import { RevocationBody } from '../../../lib/http/routes/revocations/schemas.ts';
import { batchRequestSchema } from '../../../lib/http/routes/tokens/batch-schemas.ts';
import { InspectBody } from '../../../lib/http/routes/tokens/inspect-schemas.ts';
import { mintRequestSchema } from '../../../lib/http/routes/tokens/mint-request.ts';
import { lineReader } from '../../../tools/cli/grants/grant-line.ts';
import { ROLES } from '../../support/grants/administration.ts';
import { apiEvent } from '../../support/http/events.ts';
import { ManualClock } from '../../support/runtime/clock.ts';
import { claimsAfter, EVERYONE_EDITS } from '../../support/tokens/mint-attempt.ts';

const HALF = '\ud800';

const rules = { roles: ROLES, privateLayerPrefix: 'user:', clock: new ManualClock() };
const mint = mintRequestSchema({ ...rules, ttl: { default: 900, max: 3600 } });
const backendToken = backendTokenRequestSchema({ operations: ['ocr_api'], mayBeForAny: true });
const OPERATIONS = { allowedOperations: ['ocr_api'] };
const PRINCIPAL = { everyone: true };

/** Lists the pointers of a body's faults with their details. */
function faultsOf(schema: z.ZodMiniType, body: unknown): Record<string, string> {
  try {
    parseInput(schema, body);
    return {};
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return Object.fromEntries((error.errors ?? []).map(({ pointer, detail }) => [pointer, detail]));
  }
}

describe.each(['.', '..'])('a document id of dots, to reach another path of Document Engine: %j', (dots) => {
  const RULE = 'must be 1 to 256 characters of A-Z a-z 0-9 . _ ~ : @ -, and not "." or ".."';

  test.each<[string, z.ZodMiniType, unknown, string]>([
    ['mint', mint, { documentId: dots }, '#/documentId'],
    ['batch', batchRequestSchema(mint), { requests: [{ documentId: dots }] }, '#/requests/0/documentId'],
    ['inspect', InspectBody, { jwt: 'a.b.c', documentId: dots }, '#/documentId'],
    ['revocation', RevocationBody, { documentId: dots }, '#/documentId'],
    [
      'backend token',
      backendToken,
      { ...OPERATIONS, allowedDocumentIds: ['contract', dots] },
      '#/allowedDocumentIds/1',
    ],
    [
      'imported grant',
      wholeGrantSchema(rules, DocumentId),
      { documentId: dots, principal: PRINCIPAL, role: 'viewer' },
      '#/documentId',
    ],
  ])('is refused in the body of a request: %s', (_, schema, body, pointer) => {
    const faults = faultsOf(schema, body);
    // A union of a list and "any" words its own fault.
    if (schema === backendToken) expect(Object.keys(faults)).not.toEqual([]);
    else expect(faults).toEqual({ [pointer]: RULE });
  });

  test('is refused in the path', () => {
    const event = { ...apiEvent(), pathParameters: { documentId: dots } };
    expect(() => documentIdIn(event)).toThrow(`The document id in the path ${RULE}.`);
  });

  test('is refused in a line of an import', () => {
    const line = JSON.stringify({ documentId: dots, principal: PRINCIPAL, role: 'viewer' });
    expect(lineReader(rules)(Buffer.from(line))).toBe(`#/documentId ${RULE}`);
  });
});

describe('half of a surrogate pair, which AWS and Document Engine cannot store', () => {
  const WELL_FORMED = 'must be well-formed Unicode, without half of a surrogate pair';
  const documentId = 'doc';

  test.each<[string, z.ZodMiniType, unknown, string]>([
    ['a layer', mint, { documentId, layer: HALF }, '#/layer'],
    ['a layer to inspect', InspectBody, { jwt: 'a', layer: `a${HALF}` }, '#/layer'],
    ['a user', mint, { documentId, onBehalfOf: { userId: HALF } }, '#/onBehalfOf/userId'],
    ['a group', mint, { documentId, onBehalfOf: { userId: 'bob', groups: [HALF] } }, '#/onBehalfOf/groups/0'],
    ['a user to revoke', RevocationBody, { userId: HALF }, '#/userId'],
    ['a layer of a grant', grantBodySchema(rules), { role: 'viewer', layers: [HALF] }, '#/layers/0'],
    [
      'the group of records',
      grantBodySchema(rules),
      { role: 'viewer', defaultGroup: HALF },
      '#/defaultGroup',
    ],
    [
      'an origin',
      backendToken,
      { ...OPERATIONS, allowedDocumentIds: ['a'], allowedOrigins: [`https://${HALF}.example.com`] },
      '#/allowedOrigins/0',
    ],
  ])('is refused in %s', (_, schema, body, pointer) => {
    expect(faultsOf(schema, body)).toEqual({ [pointer]: WELL_FORMED });
  });

  test.each([HALF, `Bob ${HALF}`, '', 'a\nb', 'x'.repeat(513)])(
    'is left out in the display name of a represented user, as every name that records cannot show: %j',
    async (name) => {
      const claims = await claimsAfter([EVERYONE_EDITS], {
        claims: { sub: 'backend', scope: 'layermint/on-behalf' },
        body: { documentId, onBehalfOf: { userId: 'bob', name } },
      });
      expect(claims).toMatchObject({ user_id: 'bob' });
      expect(claims).not.toHaveProperty('creator_name');
    },
  );
});
