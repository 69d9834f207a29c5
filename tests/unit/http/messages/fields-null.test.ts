import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { ROUTES } from '../../../../lib/http/routes/catalogue.ts';
import { schemaNamed } from '../../../../tools/openapi/service.ts';
import { faultsOf } from '../../../support/openapi/openapi.ts';

type Schema = z.core.$ZodType;

/** A member of an object in a request's body. */
interface Member {
  readonly path: string;
  readonly schema: Schema;
}

/** Lists every member of every object within a schema, in alternatives and elements too. */
function membersOf(schema: Schema, path: string): Member[] {
  if (schema instanceof z.core.$ZodObject) {
    return Object.entries(schema._zod.def.shape).flatMap(([name, member]) => {
      const at = `${path}.${name}`;
      return [{ path: at, schema: member }, ...membersOf(member, at)];
    });
  }
  if (schema instanceof z.core.$ZodUnion)
    return schema._zod.def.options.flatMap((option) => membersOf(option, path));
  if (schema instanceof z.core.$ZodArray) return membersOf(schema._zod.def.element, `${path}[]`);
  if (schema instanceof z.core.$ZodPipe) return membersOf(schema._zod.def.in, path);
  const { def } = schema._zod;
  return 'innerType' in def ? membersOf(def.innerType as Schema, path) : [];
}

const isOptional = ({ schema }: Member): boolean => schema._zod.optin !== undefined;

const MEMBERS = Object.values(ROUTES).flatMap((route) =>
  'body' in route ? membersOf(schemaNamed(route.body).schema, route.body) : [],
);
const OPTIONAL = MEMBERS.filter(isOptional);
const REQUIRED = MEMBERS.filter((member) => !isOptional(member));

test('the search for members finds those of nested objects and of elements', () => {
  expect(OPTIONAL.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'MintRequest.onBehalfOf.groups',
      'BatchRequest.requests[].layer',
      'GrantRequest.layers',
      'RevocationRequest.everyone',
      'BackendTokenRequest.ttlSeconds',
    ]),
  );
  expect(REQUIRED.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['MintRequest.onBehalfOf.userId', 'BackendTokenRequest.allowedDocumentIds']),
  );
});

describe('null in an optional member counts as left out', () => {
  test.each(OPTIONAL)('in $path', ({ schema }) => {
    const leftOut = z.safeParse(schema, undefined);
    expect(leftOut.success).toBe(true);
    expect(z.safeParse(schema, null)).toEqual(leftOut);
  });
});

describe('null in a required member is refused', () => {
  test.each(REQUIRED)('in $path', ({ schema }) => {
    expect(z.safeParse(schema, null).success).toBe(false);
  });
});

describe('the published document allows the bodies that an encoder of null writes', () => {
  test.each([
    [
      'MintRequest',
      {
        documentId: 'd',
        layer: null,
        privateLayer: true,
        permissions: null,
        ttlSeconds: null,
        defaultGroup: null,
        onBehalfOf: null,
        grant: null,
      },
    ],
    [
      'MintRequest',
      {
        documentId: 'd',
        onBehalfOf: { userId: 'u' },
        grant: { role: 'viewer', layers: null, privateLayer: null, defaultGroup: null },
      },
    ],
    ['MintRequest', { documentId: 'd', onBehalfOf: { userId: 'u', groups: null, name: null } }],
    ['MintRequest', { documentId: 'd', layer: 'review', privateLayer: null }],
    ['InspectRequest', { jwt: 'x', documentId: null, layer: null }],
    [
      'GrantRequest',
      { role: 'viewer', layers: null, privateLayer: null, defaultGroup: null, expiresAt: null },
    ],
    ['GrantRequest', { role: 'viewer', layers: [], privateLayer: true }],
    ['RevocationRequest', { userId: null, documentId: null, everyone: null, reason: null }],
    ['RevocationRequest', { userId: null, documentId: 'd', everyone: true }],
    [
      'BackendTokenRequest',
      {
        allowedDocumentIds: ['d'],
        allowedOperations: ['ocr_api'],
        allowedOrigins: null,
        ttlSeconds: null,
      },
    ],
  ])('%s: %j', (component, body) => {
    expect(z.safeParse(schemaNamed(component).schema, body).success).toBe(true);
    expect(faultsOf(`/components/schemas/${component}`, body)).toEqual([]);
  });

  test.each([
    ['MintRequest', { documentId: 'd', layer: 'review', privateLayer: true }],
    ['MintRequest', { documentId: 'd', onBehalfOf: null, grant: { role: 'viewer' } }],
    ['MintRequest', { documentId: 'd', onBehalfOf: { userId: 'u' }, grant: { role: 'viewer', layers: [] } }],
    ['GrantRequest', { role: 'viewer', layers: [], privateLayer: null }],
  ])('and refuses %s: %j', (component, body) => {
    expect(z.safeParse(schemaNamed(component).schema, body).success).toBe(false);
    expect(faultsOf(`/components/schemas/${component}`, body)).not.toEqual([]);
  });
});
