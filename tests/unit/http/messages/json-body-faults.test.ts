import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod/mini';
import { DocumentId } from '../../../../lib/http/messages/fields.ts';
import { parseInput } from '../../../../lib/http/messages/json-body.ts';
import { Problem, type InputFault } from '../../../../lib/http/problems/problem.ts';
import { backendTokenRequestSchema } from '../../../../lib/http/routes/backend-tokens/schemas.ts';
import { grantBodySchema, wholeGrantSchema } from '../../../../lib/http/routes/grants/schemas.ts';
import { RevocationBody } from '../../../../lib/http/routes/revocations/schemas.ts';
import { batchRequestSchema } from '../../../../lib/http/routes/tokens/batch-schemas.ts';
import { InspectBody } from '../../../../lib/http/routes/tokens/inspect-schemas.ts';
import { mintRequestSchema } from '../../../../lib/http/routes/tokens/mint-request.ts';
import { ManualClock } from '../../../support/runtime/clock.ts';

const rules = {
  roles: new Map([['viewer', { permissions: ['read-document'] as const }]]),
  privateLayerPrefix: 'user:',
  clock: new ManualClock(),
};

const MintRequest = mintRequestSchema({ ...rules, ttl: { default: 900, max: 3600 } });

const SCHEMAS = {
  mint: MintRequest,
  batch: batchRequestSchema(MintRequest),
  inspect: InspectBody,
  grant: grantBodySchema(rules),
  'imported grant': wholeGrantSchema(rules, DocumentId),
  revocation: RevocationBody,
  'backend token': backendTokenRequestSchema({ operations: ['ocr_api'], mayBeForAny: false }),
  'any backend token': backendTokenRequestSchema({ operations: ['ocr_api'], mayBeForAny: true }),
} as const;

function faultsOf(schema: z.ZodMiniType, input: unknown): readonly InputFault[] {
  try {
    parseInput(schema, input);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.errors ?? [];
    throw error;
  }
}

const DOCUMENT_ID = 'must be a string: a document id, as Document Engine gave it at upload';
const USER_ID = 'must be a user id: a string of 1 to 512 bytes without control characters';
const DOCUMENTS = 'must be an array of 1 to 100 document ids; this deployment allows no "any"';
const OPERATIONS =
  'must be an array of 1 to 100 names of operations, such as "document_editor"; this deployment allows no "any"';
const ROLE = 'must be one of the roles viewer';

describe('a missing member is reported as missing, with the required value', () => {
  test.each([
    ['mint', {}, [['#/documentId', DOCUMENT_ID]]],
    ['mint', { documentId: 'doc', onBehalfOf: {} }, [['#/onBehalfOf/userId', USER_ID]]],
    ['batch', {}, [['#/requests', 'must be an array of 1 to 100 mint requests']]],
    ['batch', { requests: [{}] }, [['#/requests/0/documentId', DOCUMENT_ID]]],
    [
      'batch',
      { requests: [{ documentId: 'doc' }, { documentId: 'doc', onBehalfOf: { groups: [] } }] },
      [['#/requests/1/onBehalfOf/userId', USER_ID]],
    ],
    ['inspect', {}, [['#/jwt', 'must be a string: the token to inspect']]],
    ['grant', {}, [['#/role', ROLE]]],
    [
      'imported grant',
      {},
      [
        ['#/documentId', DOCUMENT_ID],
        [
          '#/principal',
          'must be {"user": id}, {"group": name} or {"everyone": true}; an id or name has 1 to 512 bytes and no control characters',
        ],
        ['#/role', ROLE],
      ],
    ],
    [
      'backend token',
      {},
      [
        ['#/allowedDocumentIds', DOCUMENTS],
        ['#/allowedOperations', OPERATIONS],
      ],
    ],
  ] as const)('in the body of a request: %s %j', (name, body, missing) => {
    const details = missing.map(([pointer, right]) => ({ pointer, detail: `is missing; it ${right}` }));
    expect(faultsOf(SCHEMAS[name], body)).toEqual(details);
  });
});

describe('a value of the wrong type', () => {
  const ANY_TYPE = [null, 7, 1.5, true, '', 'text', [], [null], [7], [[]], {}, { text: 1 }];

  type Case = readonly [keyof typeof SCHEMAS, unknown];

  /** Bodies that are a value of another type, or have it as a member. */
  const flat = Object.entries(SCHEMAS).flatMap(([name, { shape }]) =>
    ANY_TYPE.flatMap((value) => [
      [name, value] as Case,
      ...Object.keys(shape).map((member) => [name, { [member]: value }] as Case),
    ]),
  );

  const nested = ANY_TYPE.flatMap((value): Case[] => [
    ['mint', { documentId: 'doc', onBehalfOf: { userId: value, groups: value, name: value } }],
    ['batch', { requests: [value] }],
    ['imported grant', { principal: { user: value } }],
    ['imported grant', { principal: { everyone: value } }],
  ]);

  const faults = [...flat, ...nested].flatMap(([name, body]) => faultsOf(SCHEMAS[name], body));

  test("is described by JSON's names of types", () => {
    expect(faults.length).toBeGreaterThan(500);
    expect(faults.filter(({ detail }) => /\b(?:texts?|lists?)\b/i.test(detail))).toEqual([]);
  });

  test('is never described by a message of the parser', () => {
    expect(
      faults.filter(({ detail }) => !/^(?:(?:is (?:missing|null); it )?must |is unknown; )/.test(detail)),
    ).toEqual([]);
  });
});
