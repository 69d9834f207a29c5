import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { PROBLEMS } from '../../../../lib/http/problems/problem.ts';
import {
  documentJson,
  everyValueOf,
  faultsOf,
  openApi,
  operations,
  schemaOf,
  steps,
} from '../../../support/openapi/openapi.ts';
import { deployedRoutes } from '../../../support/template/function-files.ts';

describe('docs/openapi.json', () => {
  test('has every route of serverless.yml, and no other', async () => {
    const routes = (await deployedRoutes()).filter(({ method }) => method !== 'HEAD');
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  test('names HEAD at exactly the operations whose path serves it', async () => {
    const heads = (await deployedRoutes()).filter(({ method }) => method === 'HEAD');
    const named = operations.filter(({ description }) => description.includes('`HEAD`'));
    expect(named.map(({ path }) => path).sort()).toEqual(heads.map(({ path }) => path).sort());
  });

  test('requires a caller token on exactly those routes that have an authorizer', async () => {
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

  test('has no reference without a target', () => {
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

  test('names each status separately: from a range, some generators write code that does not compile', () => {
    const statuses = operations.flatMap(({ responses }) => Object.keys(responses));
    expect(statuses.filter((status) => !/^[2345]\d\d$/.test(status))).toEqual([]);
  });

  test('names the callers that may see a revocation in inspect', () => {
    const inspect = operations.find(({ operationId }) => operationId === 'inspectToken');
    expect(inspect?.description).toMatch(/own user.*owners of its document.*`layermint\/revocations`/);
  });

  test('shows an example of every success and of every problem', () => {
    const withoutRoute = { responses: openApi['x-without-route'] };
    for (const { responses } of [...operations, openApi.components, withoutRoute]) {
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

  test('shows answers that match its schemas', () => {
    const shared = Object.entries(openApi.components.responses).map(([name, response]) => ({
      pointer: `/components/responses/${name}`,
      response,
    }));
    const withoutRoute = Object.entries(openApi['x-without-route']).map(([status, response]) => ({
      pointer: `/x-without-route/${status}`,
      response,
    }));
    const own = operations.flatMap(({ pointer, responses }) =>
      Object.entries(responses).map(([status, response]) => ({
        pointer: `${pointer}/responses/${status}`,
        response: '$ref' in response ? undefined : response,
      })),
    );
    for (const { pointer, response } of [...shared, ...withoutRoute, ...own]) {
      for (const [type, { examples }] of Object.entries(response?.content ?? {})) {
        for (const [name, { value }] of Object.entries(examples)) {
          expect([pointer, name, faultsOf(schemaOf(pointer, type), value)]).toEqual([pointer, name, []]);
        }
      }
    }
  });

  test('shows a refused body beside the answer, and not as an example of the schema', () => {
    const refused = steps.filter(({ status, body }) => status === 400 && body !== undefined);
    expect(refused.length).toBeGreaterThan(0);
    for (const { operation, name } of refused) {
      expect(operation.requestBody?.content['application/json']?.examples).not.toHaveProperty([name]);
    }
  });

  test('shows requests that match its schemas, unless they are refused as invalid', () => {
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
