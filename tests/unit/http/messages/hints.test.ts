import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod/mini';
import { readBody } from '../../../../lib/http/messages/json-body.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import { InspectBody } from '../../../../lib/http/routes/tokens/inspect-schemas.ts';
import { mintRequestSchema } from '../../../../lib/http/routes/tokens/mint-request.ts';
import { apiEvent, type RequestParts } from '../../../support/http/events.ts';

const MintRequest = mintRequestSchema({
  roles: new Map([['viewer', { permissions: ['read-document'] as const }]]),
  privateLayerPrefix: 'user:',
  ttl: { default: 900, max: 3600 },
});

/** Returns the problem with which reading a body must fail. */
function problemOf(parts: RequestParts, schema: z.ZodMiniType = MintRequest): Problem {
  try {
    readBody(apiEvent(parts), schema, 64 * 1024);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new TypeError('the body was read');
}

const hintsIn = (body: unknown, schema?: z.ZodMiniType): (string | undefined)[] =>
  (problemOf({ body }, schema).errors ?? []).map(({ detail }) => detail.split('; ').slice(1).at(-1));

describe('a permission that Document Engine does not have', () => {
  test.each([
    ['read', 'you probably mean "read-document"'],
    ['Read-Document', 'you probably mean "read-document"'],
    ['read_document', 'you probably mean "read-document"'],
    ['readDocument', 'you probably mean "read-document"'],
    ['WRITE', 'you probably mean "write"'],
    [' write ', 'you probably mean "write"'],
    ['downloads', 'you probably mean "download"'],
    ['cover_image', 'you probably mean "cover-image"'],
    ['cover', 'you probably mean "cover-image"'],
    ['all', 'leave out "permissions" to get all granted ones'],
    ['*', 'leave out "permissions" to get all granted ones'],
    ['admin', undefined],
    ['', undefined],
    ['read'.repeat(1000), undefined],
  ])('is refused with its likely meaning: %j', (permission, hint) => {
    expect(hintsIn({ documentId: 'd', permissions: [permission] })).toEqual([hint]);
  });

  test('costs no search in a list of thousands, which would keep the function busy', () => {
    const hints = hintsIn({ documentId: 'd', permissions: Array.from({ length: 5_000 }, () => 'writ') });
    expect(hints.filter((hint) => hint === 'you probably mean "write"')).toHaveLength(4);
  });
});

describe('an unknown member', () => {
  test.each([
    ['documentID', 'documentId'],
    ['document_id', 'documentId'],
    ['DocumentId', 'documentId'],
    ['document', 'documentId'],
    ['ttl', 'ttlSeconds'],
    ['ttl_seconds', 'ttlSeconds'],
    ['expiresIn', 'ttlSeconds'],
    ['expires_in', 'ttlSeconds'],
    ['exp', 'ttlSeconds'],
    ['permission', 'permissions'],
    ['layers', 'layer'],
    ['private_layer', 'privateLayer'],
    ['on_behalf_of', 'onBehalfOf'],
    ['user_id', 'onBehalfOf'],
    ['userId', 'onBehalfOf'],
  ])('is refused with the member that is probably meant: %s', (given, meant) => {
    expect(hintsIn({ documentId: 'd', [given]: 'x' })).toEqual([`you probably mean "${meant}"`]);
  });

  test('begins the detail, although the required member is missing too', () => {
    expect(problemOf({ body: { document_id: 'd' } }).message).toMatch(
      /^#\/document_id is unknown; .*; you probably mean "documentId"\. 1 more: see errors\.$/,
    );
  });

  test('of a nested object gets a hint at one of that object', () => {
    expect(hintsIn({ documentId: 'd', onBehalfOf: { userId: 'bob', user_id: 'bob', group: [] } })).toEqual([
      'you probably mean "userId"',
      'you probably mean "groups"',
    ]);
  });

  test('gets no hint at a member of another body', () => {
    expect(hintsIn({ jwt: 'x', expiresIn: 1, token: 'x' }, InspectBody)).toEqual([
      expect.stringContaining('the members are'),
      'you probably mean "jwt"',
    ]);
  });

  test.each(['__proto__', 'constructor', 'role', 'x'.repeat(60_000)])(
    'gets no hint if none is near: %#',
    (name) => {
      expect(problemOf({ body: `{"documentId": "d", ${JSON.stringify(name)}: 1}` }).message).not.toContain(
        'probably',
      );
    },
  );
});

describe('a value in quotes that has to stand without them', () => {
  test.each([
    ['ttlSeconds', '900'],
    ['privateLayer', 'true'],
  ])('is refused with that remedy: %s', (member, value) => {
    expect(hintsIn({ documentId: 'd', [member]: value })).toEqual(['write it without quotes']);
  });

  test.each([
    ['ttlSeconds', 'long'],
    ['privateLayer', 'yes'],
    ['layer', 900],
    ['permissions', 'true'],
  ])('gets no such hint if it would be wrong without them too: %s %j', (member, value) => {
    expect(hintsIn({ documentId: 'd', [member]: value })).not.toEqual(['write it without quotes']);
  });
});

describe('a body that is not an object', () => {
  test.each([
    [
      'a string that holds the object',
      JSON.stringify('{"documentId": "d"}'),
      'encode the object as JSON once',
    ],
    ['an array', '[{"documentId": "d"}]', 'it is an array'],
    ['null', 'null', 'is null; it must be an object'],
    ['form data', 'documentId=d&ttlSeconds=900', 'it looks like form data'],
    ['JSON in single quotes', `'{"documentId": "d"}'`, 'the shell passed the single quotes on'],
  ])('is refused with its likely cause: %s', (_, body, hint) => {
    expect(problemOf({ body }).message).toContain(hint);
  });
});

describe('a body of another type', () => {
  test.each([
    [undefined, 'The header Content-Type is missing'],
    ['', 'The header Content-Type is missing'],
    ['application/x-www-form-urlencoded', 'The body was sent as form data'],
    ['multipart/form-data; boundary=x', 'The body was sent as form data'],
    ['text/plain;charset=UTF-8', 'The body is of another type'],
    ['application/vnd.api+json', 'The body is of another type'],
    ['application/json; charset=iso-8859-1', 'The body is of another type'],
    ['application/json, application/json', 'The body is of another type'],
  ])('is a 415 with the header to send: %s', (type, fault) => {
    for (const base64 of [false, true]) {
      const problem = problemOf({ body: '{"documentId": "d"}', headers: { 'content-type': type }, base64 });
      expect(problem.status).toBe(415);
      expect(problem.message).toBe(
        `${fault}: send the header Content-Type: application/json, and JSON in UTF-8. With curl: -H 'Content-Type: application/json'.`,
      );
    }
  });

  test.each(['application/json', 'Application/JSON;charset=UTF-8', 'application/json; charset="utf-8"'])(
    'is not %s',
    (type) => {
      const parts = { body: { documentId: 'd' }, headers: { 'content-type': type } };
      expect(readBody(apiEvent(parts), MintRequest, 64 * 1024)).toMatchObject({ documentId: 'd' });
    },
  );
});
