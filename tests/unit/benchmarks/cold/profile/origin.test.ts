import { describe, expect, test } from '@jest/globals';
import { originsIn, placeOf } from '../../../../benchmarks/cold/profile/origin.ts';

describe('the place of a path', () => {
  test.each([
    ['lib/http/routes/route.ts', 'lib/http', 'lib/http/routes/route.ts'],
    ['functions/mint-token.ts', 'functions', 'functions/mint-token.ts'],
    ['node_modules/zod/v4/core/core.js', 'zod', 'zod/v4/core/core.js'],
    ['node_modules/@smithy/core/dist-es/index.js', '@smithy/core', '@smithy/core/dist-es/index.js'],
    ['node_modules/a/node_modules/@b/c/index.js', '@b/c', '@b/c/index.js'],
    ['file:///cache/node_modules/aws-lambda-ric/index.mjs', 'aws-lambda-ric', 'aws-lambda-ric/index.mjs'],
    ['node:internal/tls/wrap', 'node:tls', 'node:internal/tls/wrap'],
    ['node:_http_agent', 'node:http', 'node:_http_agent'],
    ['node:crypto', 'node:crypto', 'node:crypto'],
  ])('%s is part of %s', (path, group, module) => {
    expect(placeOf(path)).toEqual({ group, module });
  });
});

describe('the origin of a function', () => {
  const bundle = '/project/out/mint.cjs';
  const mappings: Readonly<Record<number, { readonly name?: string; readonly originalSource: string }>> = {
    10: { originalSource: '../lib/tokens/mint.ts' },
    20: { name: 'mintToken', originalSource: '../lib/tokens/mint.ts' },
    30: { originalSource: '../lib/tokens/mint.ts' },
  };
  /** A map of one line whose mappings begin at these columns. */
  const map = {
    findEntry: (_: number, column: number) => {
      const begin = Object.keys(mappings)
        .map(Number)
        .filter((it) => it <= column)
        .at(-1);
      const found = begin === undefined ? undefined : mappings[begin];
      return found === undefined
        ? {}
        : {
            ...{ generatedLine: 0, generatedColumn: begin ?? 0, originalLine: 41, originalColumn: 0 },
            ...{ ...found, name: found.name },
          };
    },
  };
  const originOf = originsIn({ path: bundle, root: '/project', map });
  const at = (
    functionName: string,
    columnNumber: number,
    url = `file://${bundle}`,
  ): ReturnType<typeof originOf> => originOf({ functionName, url, lineNumber: 0, columnNumber });

  test('has the name and the line of the source, not those of the bundle', () => {
    expect(at('a', 25)).toEqual({ group: 'lib/tokens', module: 'lib/tokens/mint.ts', name: 'mintToken:42' });
  });

  test('has the name that stands at most eight columns before its parameters, as in `a=async(`', () => {
    expect(at('a', 36)?.name).toBe('mintToken:42');
    expect(at('a', 38)?.name).toBe('a:42');
  });

  test("keeps the bundle's name if the source has none nearby", () => {
    expect(at('b', 15)?.name).toBe('b:42');
    expect(at('', 25)?.name).toBe('(anonymous):42');
  });

  test('outside of the map is the bundle', () => {
    expect(at('helper', 3)).toEqual({ group: 'bundle', module: 'bundle', name: 'helper' });
  });

  test('of Node is its own module; native code has none; the garbage collector is a group', () => {
    expect(at('request', 9, 'node:https')).toEqual({
      ...{ group: 'node:https', module: 'node:https' },
      name: 'request:1',
    });
    expect(at('stringify', -1, '')).toBeUndefined();
    expect(at('(garbage collector)', -1, '')).toMatchObject({ group: '(garbage collector)' });
  });
});
