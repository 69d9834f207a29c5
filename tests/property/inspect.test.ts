import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../tools/local/stand-ins/document-engine/index.ts';
import rolesFile from '../../infra/roles/roles.json' with { type: 'json' };
import { parseRoles } from '../../lib/grants/index.ts';
import { inspectToken, type Inspection } from '../../lib/tokens/index.ts';
import { ManualClock, NOON } from '../support/runtime/clock.ts';
import { subject } from '../support/grants/grants.ts';
import { spki } from '../support/signing-keys/keys.ts';
import { MemoryTable } from '../support/table/memory-table.ts';
import { newPublishedKey, publishedItem } from '../support/signing-keys/published-keys.ts';
import { signedText } from '../support/signing-keys/signed-texts.ts';

const { pair, published } = newPublishedKey('ES256');
const stranger = newPublishedKey('ES256').pair;
const table = new MemoryTable(publishedItem(published));
const clock = new ManualClock();

const inspect = (jwt: string): Promise<Inspection> =>
  inspectToken(
    { jwt },
    { subject: subject('alice'), mayRevoke: false },
    { table, roles: parseRoles(rolesFile), algorithm: 'ES256', clock },
  );

const HEADER = { alg: 'ES256', typ: 'JWT', kid: 'ES256' };
const CLAIMS = { document_id: 'contract', permissions: ['read-document', 'write'], exp: NOON + 900 };

const CLAIM_NAMES = [
  ...Object.keys(CLAIMS),
  'nbf',
  'iat',
  'jti',
  'layer',
  'user_id',
  'collaboration_permissions',
];

const times = fc.oneof(
  fc.integer({ min: NOON - 2, max: NOON + 2 }),
  fc.constantFrom(0, -1, NOON * 1000, NOON + 0.5, 8.64e12, 8.64e12 + 1, 2 ** 53, '1769860800'),
);
const permission = fc.constantFrom('read-document', 'write', 'download', 'cover-image', 'read', 'any');
const collaboration = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('annotations', 'comments', 'form-fields', 'widgets', ''),
      fc.constantFrom('view', 'edit', 'delete', 'reply', 'fill', 'set-group', 'create'),
      fc.oneof(
        fc.constantFrom(
          'all',
          'self',
          'group=',
          'createdBy=',
          'createdBy=alice',
          'group=a',
          'group=a:b',
          'everyone',
        ),
        fc.string().map((name) => `group=${name}`),
      ),
    )
    .map((parts) => parts.join(':')),
  fc.string(),
);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('', 'x'.repeat(256), 'x'.repeat(257), '*', '\u0000', '😀'.repeat(256)),
);

/** A claim with a right value, a wrong one, or one of another type. */
const claim = fc.oneof(
  fc.tuple(fc.constantFrom('exp', 'nbf', 'iat'), times),
  fc.tuple(fc.constant('permissions'), fc.array(permission, { maxLength: 3 })),
  fc.tuple(
    fc.constantFrom('layer', 'document_id', 'jti', 'user_id', 'default_group', 'creator_name', 'password'),
    text,
  ),
  fc.tuple(fc.constant('collaboration_permissions'), fc.array(collaboration, { maxLength: 3 })),
  fc.tuple(
    fc.constantFrom(...CLAIM_NAMES, 'sub', 'documentId'),
    fc.oneof(fc.jsonValue(), fc.constant(undefined)),
  ),
);

/** Correct claims, of which a few may be replaced by anything. */
const claims = fc
  .array(claim, { maxLength: 4 })
  .map((changed) => ({ ...CLAIMS, ...Object.fromEntries(changed) }));

const header = fc.oneof(
  { weight: 4, arbitrary: fc.constant(HEADER) },
  {
    weight: 1,
    arbitrary: fc
      .record(
        {
          alg: fc.constantFrom('none', 'HS256', 'ES512', 'RS256', 'es256'),
          kid: fc.jsonValue(),
          crit: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((changed) => ({ ...HEADER, ...changed })),
  },
);

/** A change of a token on its way; none in most cases. */
const change = fc.oneof(
  { weight: 6, arbitrary: fc.constant((jwt: string) => jwt) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      (jwt: string) => `${jwt}=`,
      (jwt: string) => `${jwt}\n`,
      (jwt: string) => ` ${jwt}`,
      (jwt: string) => `Bearer ${jwt}`,
      (jwt: string) => jwt.replace('.', '=.'),
      (jwt: string) => jwt.slice(0, -1),
      (jwt: string) => jwt.slice(0, jwt.lastIndexOf('.') + 1),
      (jwt: string) => jwt.slice(0, -1) + String.fromCharCode(jwt.charCodeAt(jwt.length - 1) ^ 1),
      (jwt: string) => jwt.replaceAll('_', '/').replaceAll('-', '+'),
      (jwt: string) => `${jwt}.`,
    ),
  },
);

describe('Inspecting', () => {
  let documentEngine: LocalDocumentEngine;
  beforeAll(async () => {
    documentEngine = await startDocumentEngine({
      clock,
      algorithm: 'ES256',
      publicKey: spki(pair.publicKey),
      apiToken: 'secret',
      documents: [],
    });
  });
  afterAll(() => documentEngine.close());

  test('accepts the tokens that Document Engine accepts, apart from rules that are marked as undocumented', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        header,
        claims,
        change,
        fc.constantFrom(pair, pair, pair, pair, stranger),
        async (head, payload, changed, by) => {
          const jwt = changed(signedText(head, payload, by.privateKey));
          const { accepted, checks } = await inspect(jwt);
          const verification = documentEngine.verify(jwt);
          counts[accepted ? 'accepted' : 'refused'] += 1;
          if (accepted) expect(verification).toMatchObject({ accepted: true });
          const refusals = checks.filter(({ ok, basis }) => !ok && basis === 'documented');
          if (verification.accepted) expect(refusals).toEqual([]);
        },
      ),
      { numRuns: size(200, 2000) },
    );
    // Both verdicts must have occurred often enough.
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(size(15, 150));
  });

  test('gives any text a result that can be written as JSON', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (jwt) => {
        const inspection = await inspect(jwt);
        expect(inspection.accepted).toBe(false);
        expect(JSON.stringify(inspection).isWellFormed()).toBe(true);
      }),
      { numRuns: size(60, 300) },
    );
  });

  test('gives advice for every failed check', async () => {
    await fc.assert(
      fc.asyncProperty(header, claims, async (head, payload) => {
        const { checks } = await inspect(signedText(head, payload, pair.privateKey));
        for (const { ok, detail } of checks) {
          if (!ok) expect(detail).toMatch(/^[A-Z][^]*\.$/);
          if (!ok) expect(detail).not.toBe('As it should be.');
        }
      }),
    );
  });
});
