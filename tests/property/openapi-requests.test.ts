import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as z from 'zod';
import { size } from '../support/jest/suites.ts';
import { ROUTES } from '../../lib/http/routes/catalogue.ts';
import { schemaNamed, SHIPPED_ROLES } from '../../tools/openapi/service.ts';
import { bodiesOf } from '../support/openapi/bodies.ts';
import { faultsOf } from '../support/openapi/openapi.ts';

/** The number of runs for each schema of a body. */
const RUNS = size(100, 1000);

const BODIES = Object.values(ROUTES).flatMap((route) => ('body' in route ? [route.body] : []));

/** Members that are user ids or group names. A text in an array counts under the name of the array. */
const NAMES = new Set(['userId', 'groups', 'defaultGroup']);

const LAYERS = new Set(['layer', 'layers']);

/** Members that are origins or regular expressions. */
const ORIGINS = new Set(['allowedOrigins']);

const REASONS = new Set(['reason']);

/** Lists every text of a body with the name of its member. */
function textsOf(value: unknown, member = ''): [string, string][] {
  if (typeof value === 'string') return [[member, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, it]: [string, unknown]) =>
    textsOf(it, Array.isArray(value) ? member : name),
  );
}

/**
 * The rules that JSON Schema cannot express, each with a test for a text that breaks it. Only the server can refuse
 * such a text.
 */
const UNSAID: Readonly<Record<string, (member: string, text: string) => boolean>> = {
  'user ids and group names have at most 512 bytes, but JSON Schema counts characters': (member, text) =>
    NAMES.has(member) && Buffer.byteLength(text) > 512,
  'names, layers, origins and reasons are well-formed Unicode, which patterns of most languages cannot require':
    (member, text) =>
      [NAMES, LAYERS, ORIGINS, REASONS].some((members) => members.has(member)) && !text.isWellFormed(),
  'a role is one of the role file, which a team changes': (member, text) =>
    member === 'role' && !SHIPPED_ROLES.includes(text),
  'a grant ends in the future, and by the last second of the year 9999 in UTC': (member, text) =>
    member === 'expiresAt' &&
    (Date.parse(text) <= Date.now() || Date.parse(text) > Date.parse('9999-12-31T23:59:59Z')),
};

/** Tells whether all layers of a grant together are longer than 4,096 bytes. JSON Schema has no rule for all texts of an array. */
const hasLongLayers = (body: unknown): boolean =>
  textsOf(body).reduce(
    (sum, [member, text]) => sum + (member === 'layers' ? Buffer.byteLength(text) : 0),
    0,
  ) > 4096;

const breaksUnsaid = (body: unknown): boolean =>
  hasLongLayers(body) ||
  textsOf(body).some(([member, text]) => Object.values(UNSAID).some((breaks) => breaks(member, text)));

describe.each(BODIES)('a body near %s', (component) => {
  const isPublished = (body: unknown): boolean =>
    faultsOf(`/components/schemas/${component}`, body).length === 0;
  const isTaken = (body: unknown): boolean => z.safeParse(schemaNamed(component).schema, body).success;

  test('is refused by the published schema exactly if the server refuses it', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(bodiesOf(component), (body) => {
        const taken = isTaken(body);
        seen.add(taken);
        const published = isPublished(body);
        // The schema accepts every body that the server accepts. It refuses all others, except those that break only
        // the rules above.
        expect({ body, published }).toEqual({ body, published: taken || (published && breaksUnsaid(body)) });
      }),
      { numRuns: RUNS },
    );
    expect([...seen].sort()).toEqual([false, true]);
  });
});

test.each([
  ['RevocationRequest', 'a user id of 514 bytes', { userId: 'é'.repeat(257) }],
  ['RevocationRequest', 'half a character in a user id', { userId: '\ud800' }],
  ['RevocationRequest', 'half a character in a reason', { reason: 'a\udc00' }],
  ['MintRequest', 'half a character in a layer', { documentId: 'd', layer: '\ud800' }],
  [
    'GrantRequest',
    'layers of 5 KB together',
    { role: 'viewer', layers: Array.from({ length: 20 }, (_, at) => `${at}`.padEnd(256, '-')) },
  ],
  ['GrantRequest', 'a role outside the role file', { role: 'boss' }],
  ['GrantRequest', 'a time in the past', { role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }],
  ['GrantRequest', 'the year 10000 in UTC', { role: 'viewer', expiresAt: '9999-12-31T23:59:59-01:00' }],
])('%s cannot express that the server refuses %s', (component, _, body) => {
  expect(faultsOf(`/components/schemas/${component}`, body)).toEqual([]);
  expect(z.safeParse(schemaNamed(component).schema, body).success).toBe(false);
  expect(breaksUnsaid(body)).toBe(true);
});
