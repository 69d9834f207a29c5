import { describe, expect, test } from '@jest/globals';
import { missingFrom } from '../support/template/missing.ts';
import { readProject, type Project } from '../support/template/project.ts';

const project = await readProject();

/** The gaps in the repository itself. Only the first test reports them. */
const lacking = missingFrom(project);

/** Lists the additional gaps after changes of the project. */
const missingWith = (changes: Partial<Project>): string[] =>
  missingFrom({ ...project, ...changes }).filter((sentence) => !lacking.includes(sentence));

const without = <T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

test('the repository has no gaps', () => {
  expect(lacking).toEqual([]);
  expect(project.claims).toContain('document_id');
});

describe('each missing part of a new function is reported', () => {
  test('every step, once its code is in functions', () => {
    expect(
      missingWith({
        entries: [...project.entries, 'purge-table'],
        hasPermissions: (name) => name !== 'purgeTable',
      }),
    ).toEqual([
      'purge-table has no lib/wiring/purge-table.ts',
      'lib/wiring/environments.ts does not list purgeTable',
      'purge-table has no infra/functions/purge-table.yml',
      'tests/support/template/permissions.ts does not list the permissions of purgeTable',
      'serverless.yml does not list infra/functions/purge-table.yml under functions',
      'serverless.yml does not list infra/functions/purge-table.yml under resources',
    ]);
  });

  test('its code', () => {
    expect(missingWith({ entries: project.entries.filter((name) => name !== 'get-health') })).toEqual([
      'get-health has no functions/get-health.ts',
    ]);
  });

  test('its own name and role in its file', () => {
    const { functions, resources } = project.functionFiles['get-keys'] ?? {
      functions: {},
      resources: { Resources: {} },
    };
    const withFile = (file: Project['functionFiles'][string]) =>
      missingWith({ functionFiles: { ...project.functionFiles, 'get-keys': file } });

    expect(withFile({ functions, resources: { Resources: {} } })).toEqual([
      'infra/functions/get-keys.yml does not define the role GetKeysRole',
    ]);
    expect(
      withFile({
        functions: { keys: { handler: 'functions/get-keys.handler', role: 'GetKeysRole', events: [] } },
        resources,
      }),
    ).toEqual([
      'infra/functions/get-keys.yml does not define the function getKeys',
      'the route getKeys (GET /.well-known/jwks.json) is served by no function of infra/functions',
      'the route getKeys (HEAD /.well-known/jwks.json) is served by no function of infra/functions',
    ]);
  });

  test('something that sets its variables', () => {
    expect(
      missingWith({ variables: { ...project.variables, getKeys: ['TABLE_NAME', 'CACHE_SECONDS'] } }),
    ).toEqual(['nothing sets CACHE_SECONDS, which getKeys reads']);
  });
});

describe('a new route is reported', () => {
  test('if no function serves it and it is not described', () => {
    expect(missingWith({ routes: { ...project.routes, renewToken: ['POST /v1/tokens/renew'] } })).toEqual([
      'the route renewToken (POST /v1/tokens/renew) is served by no function of infra/functions',
      'docs/openapi.json does not describe renewToken: describe it in the openapi.ts beside its handler, ask it in tools/openapi/requests.ts, and run npm run openapi',
    ]);
  });

  test('if the catalogue does not list it', () => {
    expect(missingWith({ routes: without(project.routes, 'listGrants') })).toEqual([
      'lib/http/routes/catalogue.ts does not list GET /v1/documents/{documentId}/grants, which infra/functions serves',
    ]);
  });
});

describe('a new parameter is reported', () => {
  const added = (parameter: Project['parameters'][string]) =>
    missingWith({ parameters: { ...project.parameters, colour: parameter } });

  test('if it has no sentence, no check, no use and no example', () => {
    expect(added({ allowed: '', does: '', otherwise: 'none' })).toEqual([
      'the parameter colour has no sentence',
      'the parameter colour does not say which values are allowed',
      'nothing checks the parameter colour',
      'nothing in serverless.yml or infra uses the parameter colour',
      'no example stage sets the parameter colour',
    ]);
  });

  test('if no function reads its variable', () => {
    expect(added({ variable: 'COLOUR', default: 'red', allowed: 'a colour', does: 'Nothing.' })).toEqual([
      'no function reads COLOUR, which the parameter colour sets',
    ]);
  });
});

test('a new claim of tokens must be described, inspected and honoured', () => {
  expect(missingWith({ claims: [...project.claims, 'watermark_text'] })).toEqual([
    'docs/api.md does not mention the claim watermark_text',
    'lib/tokens/inspection does not mention the claim watermark_text',
    'tools/local/stand-ins/document-engine does not mention the claim watermark_text',
  ]);
});

test('a new algorithm must be described, tested and verified', () => {
  expect(missingWith({ algorithms: [...project.algorithms, 'PS256'] })).toEqual([
    'docs/openapi.json does not mention the algorithm PS256',
    'tests/support/signing-keys does not mention the algorithm PS256',
    'tools/local/stand-ins/document-engine does not mention the algorithm PS256',
  ]);
});
