import { describe, expect, test } from '@jest/globals';
import type { MappedBundle } from '../../../benchmarks/cold/profile/origin.ts';
import { profileOf, sharesIn } from '../../../benchmarks/hot/mint-profile.ts';

const PATH = '/project/out/mint.cjs';
const BUNDLE = `file://${PATH}`;
const OUTSIDE = new URL('../../../benchmarks/aws-in-memory.ts', import.meta.url).href;

/** The sources in the bundle, each at a column of its own. */
const SOURCES = [
  'lib/signing-keys/sign-jwt.ts',
  'lib/signing-keys/es256/subtle-sign.ts',
  'node_modules/zod/v4/core/parse.js',
  'lib/table/grant-item.ts',
];

const bundle: MappedBundle = {
  path: PATH,
  root: '/project',
  map: {
    findEntry: (_, column) => ({
      ...{ generatedLine: 0, generatedColumn: column, originalLine: 9, originalColumn: 0, name: undefined },
      originalSource: `../${SOURCES[column / 10] ?? ''}`,
    }),
  },
};

/** Makes a node of a profile. Lines and columns are counted from 0. */
const node = (id: number, functionName: string, url: string, column = 0, ...children: number[]) => ({
  id,
  callFrame: { functionName, url, scriptId: '1', lineNumber: 0, columnNumber: column },
  children,
});

const NODES = [
  node(1, '(root)', '', 0, 2, 3, 4, 9, 11),
  node(2, '(idle)', ''),
  node(3, '(garbage collector)', ''),
  node(4, 'signJwt', BUNDLE, 0, 5, 7),
  node(5, 'signedHere', BUNDLE, 10, 6),
  node(6, 'signOneShot', 'node:internal/crypto/sig'),
  node(7, 'from', 'node:buffer', 0, 8),
  node(8, 'utf8Write', ''),
  node(9, 'safeParse', BUNDLE, 20, 10),
  node(10, '', BUNDLE, 30),
  node(11, 'batchGetItem', OUTSIDE, 5),
];

const profile = (...samples: number[]) => ({ nodes: NODES, samples, startTime: 0, endTime: 1 });

describe('sharesIn', () => {
  test('leaves out waiting, and shares the rest', () => {
    const { samples, parts, modules } = sharesIn(profile(2, 2, 4, 3, 4, 4), bundle);
    expect(samples).toBe(4);
    expect(modules).toEqual([
      ['lib/signing-keys/sign-jwt.ts', 0.75],
      ['(garbage collector)', 0.25],
    ]);
    expect(parts).toEqual([
      ['the JSON of the claims, and jose around the signature', 0.75],
      ['garbage collection, and the event loop', 0.25],
    ]);
  });

  test("counts native code and Node.js's own for the function that called it", () => {
    expect(sharesIn(profile(8, 7), bundle).functions).toEqual([
      ['signJwt:10 lib/signing-keys/sign-jwt.ts', 1],
    ]);
  });

  test('counts OpenSSL as the signature', () => {
    const { parts, modules } = sharesIn(profile(6), bundle);
    expect(modules).toEqual([['lib/signing-keys/es256/subtle-sign.ts', 1]]);
    expect(parts).toEqual([['the signature', 1]]);
  });

  test('counts the code outside of the bundle as the measurement', () => {
    const { parts, modules } = sharesIn(profile(11), bundle);
    expect(modules).toEqual([['tests/benchmarks/aws-in-memory.ts', 1]]);
    expect(parts).toEqual([['the stand-in for AWS, and this measurement', 1]]);
  });

  test('names a package by its name, and a function without a name', () => {
    const { modules, functions } = sharesIn(profile(9, 10), bundle);
    expect(new Set(modules.map(([name]) => name))).toEqual(new Set(['zod', 'lib/table/grant-item.ts']));
    expect(functions).toContainEqual(['(anonymous):10 lib/table/grant-item.ts', 0.5]);
  });
});

test('A profile of calls in this process finds samples, and its shares add up to 1', async () => {
  const { samples, modules } = await profileOf(
    () => {
      for (let round = 0; round < 20_000; round += 1) JSON.parse('{"a":[1,2,3]}');
      return Promise.resolve();
    },
    20,
    bundle,
  );
  expect(samples).toBeGreaterThan(0);
  expect(modules.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1);
});
