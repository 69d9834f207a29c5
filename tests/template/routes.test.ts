import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROUTES } from '../../lib/http/routes/catalogue.ts';

// CloudFormation's tags, such as !Ref, mean nothing here.
const readYaml = async (path: string): Promise<unknown> =>
  parse(await readFile(path, 'utf8'), { logLevel: 'silent' });

const ServiceFile = z.object({
  functions: z.record(
    z.string(),
    z.object({
      events: z
        .array(
          z.object({
            httpApi: z.union([z.literal('*'), z.object({ method: z.string(), path: z.string() })]).optional(),
          }),
        )
        .default([]),
    }),
  ),
});

const deployedRoutes = async (): Promise<string[]> =>
  Object.values(ServiceFile.parse(await readYaml('serverless.yml')).functions).flatMap(({ events }) =>
    events.flatMap(({ httpApi }) =>
      httpApi === undefined || httpApi === '*' ? [] : [`${httpApi.method} ${httpApi.path}`],
    ),
  );

test('the catalogue has exactly the routes that are deployed, from which the fallback tells 404 from 405', async () => {
  const known = Object.values(ROUTES).map(({ key }) => key as string);
  expect(known.sort()).toEqual((await deployedRoutes()).sort());
});

test('CORS lets web apps use every method there is, and the headers that grants are changed with', async () => {
  const { given } = z
    .object({ given: z.object({ allowedMethods: z.array(z.string()), allowedHeaders: z.array(z.string()) }) })
    .parse(await readYaml('infra/stack/cors.yml'));
  const methods = (await deployedRoutes()).map((route) => route.split(' ')[0]);
  expect(given.allowedMethods).toEqual(expect.arrayContaining(methods));
  expect(given.allowedHeaders).toEqual(
    expect.arrayContaining(['Authorization', 'If-Match', 'If-None-Match']),
  );
});
