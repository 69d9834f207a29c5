import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { routeKeysOf, ROUTES, type OperationId, type Route } from '../../../../lib/http/routes/catalogue.ts';

const IDS = Object.keys(ROUTES) as OperationId[];

const HANDLER_FILES = globSync('lib/http/routes/*/*.ts');

const kebab = (id: string): string => id.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Describes the missing part of an operation; undefined if it has everything. */
async function lackOf(id: string): Promise<string | undefined> {
  const name = kebab(id);
  const file = HANDLER_FILES.find((path) => basename(path) === `${name}.ts`);
  if (file === undefined) return `${name} has no handler file lib/http/routes/<resource>/${name}.ts`;
  const module = (await import(`../../../../${file}`)) as Readonly<Record<string, unknown>>;
  return typeof module[`${id}Handler`] === 'function' ? undefined : `${file} exports no ${id}Handler`;
}

/** Lists the files of this project that a file loads at run time. */
async function reachOf(file: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
}

describe('every operation', () => {
  test.each(IDS)('%s has a handler by its name', async (id) => {
    expect(await lackOf(id)).toBeUndefined();
  });

  test('without a handler is reported in words', async () => {
    expect(await lackOf('foldPaper')).toBe(
      'fold-paper has no handler file lib/http/routes/<resource>/fold-paper.ts',
    );
    expect(await lackOf('schemas')).toMatch(
      /^lib\/http\/routes\/[\w-]+\/schemas\.ts exports no schemasHandler$/,
    );
  });

  test.each(Object.entries<Route>(ROUTES))('%s has a limit to its body, if it has a body', (_id, route) => {
    expect(route.maxBodyBytes !== undefined).toBe(route.body !== undefined);
  });

  test('has its own route', () => {
    const keys = Object.values<Route>(ROUTES).flatMap(routeKeysOf);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(expect.arrayContaining(['GET /health', 'HEAD /health', 'POST /v1/tokens']));
    expect(keys).not.toContain('HEAD /v1/tokens');
  });
});

// A function bundles every file that its handler reaches, and Lambda loads all of them before the first request.
test.each([
  ['health/get-health.ts', ['lib/http/messages/headers.ts', 'lib/http/routes/cacheable.ts']],
  ['fallback.ts', ['lib/runtime/nearest.ts']],
])('%s reaches only the files that every route reaches, and %j', async (file, others) => {
  expect((await reachOf(`lib/http/routes/${file}`)).sort()).toEqual(
    [
      'lib/http/problems/problem-of.ts',
      'lib/http/problems/problem.ts',
      'lib/http/routes/catalogue.ts',
      `lib/http/routes/${file}`,
      'lib/http/routes/route.ts',
      'lib/runtime/clock.ts',
      'lib/runtime/deadline.ts',
      'lib/runtime/errors.ts',
      'lib/runtime/time.ts',
      'lib/runtime/user-id-in-logs.ts',
      ...others,
    ].sort(),
  );
});
