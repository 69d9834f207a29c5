import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { routeKeysOf, ROUTES, type Route } from '../../lib/http/routes/catalogue.ts';
import { deployedRoutes, readYaml } from '../support/template/function-files.ts';

const deployed = (await deployedRoutes()).map(({ method, path }) => `${method} ${path}`);

test('the catalogue has exactly the deployed routes, so the fallback can choose between 404 and 405', () => {
  const known = Object.values<Route>(ROUTES).flatMap(routeKeysOf);
  expect(known.sort()).toEqual(deployed.toSorted());
});

test('CORS lets web apps use every method, and the headers for changing grants', async () => {
  const { given } = z
    .object({ given: z.object({ allowedMethods: z.array(z.string()), allowedHeaders: z.array(z.string()) }) })
    .parse(await readYaml('infra/stack/api/cors.yml'));
  const methods = deployed.map((route) => route.split(' ')[0]);
  expect(given.allowedMethods).toEqual(expect.arrayContaining(methods));
  expect(given.allowedHeaders).toEqual(
    expect.arrayContaining(['Authorization', 'If-Match', 'If-None-Match']),
  );
});
