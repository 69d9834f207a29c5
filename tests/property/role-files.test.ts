import { describe, expect, jest, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import { parseRoles, RolesError } from '../../lib/grants/index.ts';
import schema from '../../infra/roles/roles.schema.json' with { type: 'json' };
import shipped from '../../infra/roles/roles.json' with { type: 'json' };

const acceptedBySchema = new Ajv2020({ strictTypes: false }).compile(schema);

function acceptedByParser(file: unknown): boolean {
  try {
    parseRoles(file);
    return true;
  } catch (error) {
    if (error instanceof RolesError) return false;
    throw error;
  }
}

const mostly = <T, U>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: wrong });

const permissions = fc.uniqueArray(fc.constantFrom('read-document', 'write', 'download', 'cover-image'), {
  minLength: 1,
});

const scopeName = fc
  .array(
    fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('a', 'teachers', ' ', '{userId}', '{group}', 'é') },
      { weight: 1, arbitrary: fc.constantFrom('{', '}', '{user}', '*', ':', '=', '\n', '\u0085', '\u2028') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));

const scope = fc.oneof(
  fc.constantFrom('all', 'all', 'all', 'self', 'everyone', ''),
  scopeName.map((name) => `createdBy=${name}`),
  scopeName.map((name) => `group=${name}`),
);

const collaborationPermission = fc
  .tuple(
    mostly(fc.constantFrom('annotations', 'comments', 'form-fields'), fc.constantFrom('pages', '')),
    mostly(
      fc.constantFrom('view', 'view', 'view', 'view', 'view', 'edit', 'delete', 'set-group', 'fill', 'reply'),
      fc.constantFrom('create', ''),
    ),
    scope,
  )
  .map((parts) => parts.join(':'));

const anything = fc.anything({ maxDepth: 1, withNullPrototype: false });

const role = mostly(
  fc.record(
    {
      permissions: mostly(permissions, fc.oneof(anything, fc.constant(['write', 'write']))),
      collaborationPermissions: mostly(fc.array(collaborationPermission, { maxLength: 2 }), anything),
      defaultGroup: mostly(scopeName, anything),
      description: fc.string(),
    },
    { requiredKeys: ['permissions'] },
  ),
  anything,
).map((value) => {
  // Most files should have a chance of being valid, so the unknown field is rare.
  const { description, ...rest } = Object(value) as { description?: string };
  return description?.length === 1 ? value : typeof value === 'object' && value !== null ? rest : value;
});

const roleFile = mostly(
  fc.record(
    {
      $schema: fc.constant('./roles.schema.json'),
      roles: fc.dictionary(
        mostly(fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/), fc.string({ minLength: 1, maxLength: 66 })),
        role,
        { maxKeys: 2 },
      ),
    },
    { requiredKeys: ['roles'] },
  ),
  anything,
).map((file) => (JSON.parse(JSON.stringify({ file })) as { readonly file?: unknown }).file);

// Many runs, on machines of any speed.
jest.setTimeout(120_000);

describe('the JSON Schema of role files', () => {
  test('accepts the shipped file', () => {
    expect(acceptedBySchema(shipped)).toBe(true);
  });

  test('agrees with the parser on every file, so that an editor and the build report the same', () => {
    const verdicts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(roleFile, (file) => {
        const accepted = acceptedByParser(file);
        verdicts[accepted ? 'accepted' : 'refused'] += 1;
        expect(acceptedBySchema(file)).toBe(accepted);
      }),
      // About one file in nine is accepted, so the counts below do not depend on chance.
      { numRuns: size(900, 4000) },
    );
    // Both verdicts must have occurred often enough.
    expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(size(30, 300));
  });
});
