import { expect, test } from '@jest/globals';
import { checkStage } from '../../infra/packaging/check-stage.ts';
import { parseRolesFile, readRoles } from '../../infra/roles/roles-file.ts';
import { readStages } from '../../infra/stages/stages.ts';

const stages = await readStages();

test('the shipped stages and roles can be packaged', () => {
  for (const stage of ['example', 'example-full', 'example-gradual', 'local'])
    expect(() => {
      checkStage(stages, stage);
    }).not.toThrow();
  expect([...readRoles().keys()]).toContain('viewer');
});

test('a parameter of the command line wins over the one of the stage', () => {
  expect(() => {
    checkStage(stages, 'example', ['issuer=https://a.example/?b=c']);
  }).toThrow('- issuer: must be an https URL without a query');
});

test('a stage that does not exist is the only fault reported', () => {
  expect(() => {
    checkStage(stages, 'example-ful');
  }).toThrow(/^infra\/stages\/stages\.yml has no stage "example-ful"\. Did you mean "example-full"\?$/);
});

test.each([
  [
    'an unknown permission',
    '{"roles": {"viewer": {"permissions": ["read"]}}}',
    'infra/roles/roles.json is not valid:\n  - role "viewer": has the unknown permission "read"; the permissions are read-document, write, download, cover-image',
  ],
  ['no roles', '{"roles": {}}', 'infra/roles/roles.json is not valid:\n  - there must be at least one role'],
  ['a comma too many', '{"roles":\n {},}', 'infra/roles/roles.json is not JSON: '],
])('a role file with %s keeps a stage from being packaged, and is named once', (_what, file, message) => {
  let thrown: unknown;
  try {
    checkStage(stages, 'example', [], () => parseRolesFile(file));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: 'StageError', message: expect.stringContaining(message) });
  expect(String(thrown).match(/roles\.json/g)).toHaveLength(1);
});
