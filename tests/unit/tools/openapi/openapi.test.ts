import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type RequestName, requestSchema } from '../../../../tools/openapi/components.ts';
import { PROBLEMS } from '../../../../lib/http/problems/problem.ts';
import {
  documentJson,
  documentText,
  everyValueOf,
  faultsOf,
  openApi,
  operations,
  schemaOf,
  steps,
} from '../../../support/openapi/openapi.ts';
import { runCommand } from '../../../support/cli/run-command.ts';
import { deployedRoutes } from '../../../support/template/function-files.ts';

describe('docs/openapi.json', () => {
  test('has every route of serverless.yml, and no other', async () => {
    const routes = (await deployedRoutes()).map(({ method, path }) => `${method} ${path}`);
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(routes.sort());
  });

  test('says of exactly those routes that they want a caller token that have an authorizer', async () => {
    const routes = (await deployedRoutes()).filter(({ authorizer }) => authorizer !== undefined);
    expect(
      operations
        .filter(({ security }) => security.length > 0)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test('names every kind of problem, and no other', () => {
    const types = everyValueOf('type', documentJson).flatMap(
      (value) => z.object({ enum: z.array(z.string()) }).safeParse(value).data?.enum ?? [],
    );
    expect([...new Set(types)].sort()).toEqual(
      Object.keys(PROBLEMS)
        .map((slug) => `urn:layermint:problem:${slug}`)
        .sort(),
    );
  });

  test('refers to what is there only', () => {
    const references = z.array(z.string()).parse(everyValueOf('$ref', documentJson));
    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      const [kind = '', name = ''] = reference.replace('#/components/', '').split('/');
      expect(openApi.components[kind]).toHaveProperty([name]);
    }
  });

  test('names each operation differently, and each parameter of a path', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, parameters } of operations) {
      const inPath = parameters.filter((it) => it.in === 'path' && it.required === true);
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
  });

  test('shows an example of every success, and of every problem that it names', () => {
    for (const { responses } of [...operations, openApi.components]) {
      for (const [status, response] of Object.entries(responses)) {
        if ('$ref' in response || Object.keys(response.content).length === 0) continue;
        for (const [type, { examples }] of Object.entries(response.content)) {
          expect([status, type, Object.keys(examples)]).not.toEqual([status, type, []]);
        }
        const { schema, examples } = response.content['application/problem+json'] ?? { examples: {} };
        const named = z.array(z.string()).parse(everyValueOf('enum', schema).flat());
        const shown = Object.values(examples).map(
          ({ value }) => z.looseObject({ type: z.string() }).parse(value).type,
        );
        expect([...new Set(shown)].sort()).toEqual(named.sort());
      }
    }
  });

  test('shows answers that are as it says', () => {
    const shared = Object.keys(openApi.components.responses).map((name) => ({
      pointer: `/components/responses/${name}`,
      response: openApi.components.responses[name],
    }));
    const own = operations.flatMap(({ pointer, responses }) =>
      Object.entries(responses).map(([status, response]) => ({
        pointer: `${pointer}/responses/${status}`,
        response: '$ref' in response ? undefined : response,
      })),
    );
    for (const { pointer, response } of [...shared, ...own]) {
      for (const [type, { examples }] of Object.entries(response?.content ?? {})) {
        for (const [name, { value }] of Object.entries(examples)) {
          expect([pointer, name, faultsOf(schemaOf(pointer, type), value)]).toEqual([pointer, name, []]);
        }
      }
    }
  });

  test('shows requests that are as it says, where they are not refused as invalid', () => {
    for (const { operation, name, body, parameters, status } of steps.filter((it) => it.status !== 400)) {
      const faults =
        body === undefined
          ? []
          : faultsOf(schemaOf(`${operation.pointer}/requestBody`, 'application/json'), body);
      expect([operation.operationId, name, status, faults]).toEqual([
        operation.operationId,
        name,
        status,
        [],
      ]);
      for (const [at, { schema, name: parameter }] of operation.parameters.entries()) {
        const given = parameters.find((it) => it.name === parameter)?.value;
        const { type } = z.looseObject({ type: z.string().optional() }).parse(schema);
        if (given === undefined) continue;
        const value = type === 'integer' ? Number(given) : given;
        expect([name, parameter, faultsOf(`${operation.pointer}/parameters/${at}/schema`, value)]).toEqual([
          name,
          parameter,
          [],
        ]);
      }
    }
  });
});

describe('the schema of a request takes and refuses what the service does', () => {
  const LONG_NAME = 'n'.repeat(512);
  const CASES: readonly (readonly [RequestName, readonly unknown[], readonly unknown[]])[] = [
    [
      'MintRequest',
      [
        { documentId: 'd' },
        { documentId: 'a:b@c~d.e_f-1', layer: '' },
        { documentId: 'd', layer: '😀'.repeat(256) },
        { documentId: 'd', privateLayer: true, permissions: ['write', 'download'], ttlSeconds: 60 },
        { documentId: 'd', onBehalfOf: { userId: LONG_NAME, groups: ['a', 'a'], name: 'é' } },
      ],
      [
        {},
        [],
        null,
        { documentId: '' },
        { documentId: 'd/e' },
        { documentId: 'd'.repeat(257) },
        { documentId: 'd', layer: 'a*' },
        { documentId: 'd', layer: 'a\u0085' },
        { documentId: 'd', layer: 'a'.repeat(257) },
        { documentId: 'd', layer: 'a', privateLayer: true },
        { documentId: 'd', privateLayer: false },
        { documentId: 'd', permissions: [] },
        { documentId: 'd', permissions: ['write', 'write'] },
        { documentId: 'd', permissions: ['print'] },
        { documentId: 'd', ttlSeconds: 59 },
        { documentId: 'd', ttlSeconds: 86_401 },
        { documentId: 'd', ttlSeconds: 60.5 },
        { documentId: 'd', onBehalfOf: {} },
        { documentId: 'd', onBehalfOf: { userId: '' } },
        { documentId: 'd', onBehalfOf: { userId: 'a\n' } },
        { documentId: 'd', onBehalfOf: { userId: `${LONG_NAME}n` } },
        { documentId: 'd', user_id: 'a' },
      ],
    ],
    [
      'BatchRequest',
      [{ requests: [{ documentId: 'd' }] }, { requests: new Array(100).fill({ documentId: 'd' }) }],
      [{}, { requests: [] }, { requests: new Array(101).fill({ documentId: 'd' }) }, { requests: [{}] }],
    ],
    [
      'InspectRequest',
      [{ jwt: '' }, { jwt: 'a', documentId: 'd', layer: '' }],
      [{}, { jwt: 1 }, { jwt: '', layer: '*' }],
    ],
    [
      'BackendTokenRequest',
      [
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: 'any', allowedOperations: 'any', ttlSeconds: 3600 },
        {
          allowedDocumentIds: ['d'],
          allowedOperations: ['ocr_api'],
          allowedOrigins: ['https://a.example', '.*'],
        },
      ],
      [
        { allowedDocumentIds: [], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: ['any'], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: ['d', 'd'], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: ['d'], allowedOperations: ['sign'] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api', 'ocr_api'] },
        { allowedDocumentIds: ['d'], allowedOperations: 'all' },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], allowedOrigins: [] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], allowedOrigins: ['('] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], allowedOrigins: ['a\t'] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], ttlSeconds: 3601 },
      ],
    ],
    [
      'GrantRequest',
      [
        { role: 'viewer' },
        { role: 'owner', layers: ['*'] },
        { role: 'viewer', layers: [], privateLayer: true },
        { role: 'viewer', layers: ['', 'a:b'], defaultGroup: 'g', expiresAt: '2099-01-01T00:00:00.5+01:00' },
      ],
      [
        {},
        { role: 'boss' },
        { role: 'viewer', layers: [] },
        { role: 'viewer', layers: [], privateLayer: false },
        { role: 'viewer', layers: ['*', 'a'] },
        { role: 'viewer', layers: ['a', 'a'] },
        { role: 'viewer', layers: ['a*'] },
        { role: 'viewer', layers: ['user:bob'] },
        { role: 'viewer', layers: Array.from({ length: 51 }, (_, at) => `layer ${at}`) },
        { role: 'viewer', defaultGroup: 'a:b' },
        { role: 'viewer', defaultGroup: '' },
        { role: 'viewer', expiresAt: '2099-01-01T00:00Z' },
        { role: 'viewer', expiresAt: '2099-01-01' },
        { role: 'viewer', expiresAt: 4_070_908_800 },
        { role: 'viewer', grantedBy: 'a' },
      ],
    ],
    [
      'RevocationRequest',
      [{}, { userId: 'a', documentId: 'd', reason: 'x'.repeat(500) }, { reason: '' }],
      [{ userId: '' }, { documentId: 'a b' }, { reason: 'x'.repeat(501) }, { all: true }],
    ],
  ];

  const each = CASES.flatMap(([schema, taken, refused]) => [
    ...taken.map((body) => ({ schema, body, is: 'takes' })),
    ...refused.map((body) => ({ schema, body, is: 'refuses' })),
  ]);

  test.each(each.map((it) => ({ ...it, shown: JSON.stringify(it.body).slice(0, 80) })))(
    '$schema $is $shown',
    ({ schema, body, is }) => {
      const asDocumented = faultsOf(`/components/schemas/${schema}`, body).length === 0;
      const asParsed = z.safeParse(requestSchema(schema), body).success;
      expect([asDocumented, asParsed]).toEqual([is === 'takes', is === 'takes']);
    },
  );
});

describe('npm run openapi', () => {
  let directory: string;
  const run = (...args: readonly string[]) => runCommand('tools/openapi/openapi-command.ts', args);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'layermint-openapi-'));
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  test('has written docs/openapi.json as it is', async () => {
    await expect(run('--check')).resolves.toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('writes the same each time, and checks that nobody changed it', async () => {
    const file = join(directory, 'openapi.json');
    await expect(run('--check', '--file', file)).resolves.toMatchObject({ exitCode: 1 });
    await expect(run('--file', file)).resolves.toMatchObject({ exitCode: 0 });
    expect(await readFile(file, 'utf8')).toBe(documentText);
    await writeFile(file, documentText.replace('mintToken', 'mint'));
    await expect(run('--check', '--file', file)).resolves.toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('npm run openapi'),
    });
  });
});
