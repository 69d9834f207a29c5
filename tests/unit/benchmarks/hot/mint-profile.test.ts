import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { profileOf, sharesIn } from '../../../benchmarks/hot/mint-profile.ts';

const urlOf = (path: string): string => new URL(`../../../../${path}`, import.meta.url).href;

/** Makes a node of a profile. Lines are counted from 0. */
const node = (id: number, functionName: string, url: string, ...children: number[]) => ({
  id,
  callFrame: { functionName, url, scriptId: '1', lineNumber: 9, columnNumber: 0 },
  children,
});

const NODES = [
  node(1, '(root)', '', 2, 3, 4, 9),
  node(2, '(idle)', ''),
  node(3, '(garbage collector)', ''),
  node(4, 'signJwt', urlOf('lib/signing-keys/sign-jwt.ts'), 5, 7),
  node(5, 'sign', urlOf('tests/benchmarks/signatures.ts'), 6),
  node(6, 'sign', 'node:internal/crypto/webcrypto'),
  node(7, 'from', 'node:buffer', 8),
  node(8, 'utf8Write', ''),
  node(9, 'safeParse', fileURLToPath(urlOf('node_modules/zod/v4/core/parse.js')), 10),
  node(10, '', urlOf('lib/table/grant-item.ts')),
];

const profile = (...samples: number[]) => ({ nodes: NODES, samples, startTime: 0, endTime: 1 });

describe('sharesIn', () => {
  test('leaves out waiting, and shares the rest', () => {
    const { samples, parts, modules } = sharesIn(profile(2, 2, 4, 3, 4, 4));
    expect(samples).toBe(4);
    expect(modules).toEqual([
      ['lib/signing-keys/sign-jwt.ts', 0.75],
      ['(garbage collector)', 0.25],
    ]);
    expect(parts).toEqual([
      ['JSON of the claims, and jose around the signature', 0.75],
      ['garbage collection, and the event loop', 0.25],
    ]);
  });

  test("counts native code and Node.js's own for the function that called it", () => {
    expect(sharesIn(profile(8, 7)).functions).toEqual([['signJwt lib/signing-keys/sign-jwt.ts:10', 1]]);
  });

  test('counts the hand-over of a signature by itself', () => {
    const { parts, modules } = sharesIn(profile(6));
    expect(modules).toEqual([['WebCrypto', 1]]);
    expect(parts).toEqual([['handing the signature to another thread, and waking that', 1]]);
  });

  test('names a package by its name, and a function without a name', () => {
    const { modules, functions } = sharesIn(profile(9, 10));
    expect(new Set(modules.map(([name]) => name))).toEqual(new Set(['zod', 'lib/table/grant-item.ts']));
    expect(functions).toContainEqual(['(anonymous) lib/table/grant-item.ts:10', 0.5]);
  });
});

test('A profile of calls in this process finds samples, and its shares add up to 1', async () => {
  const { samples, modules } = await profileOf(() => {
    for (let round = 0; round < 20_000; round += 1) JSON.parse('{"a":[1,2,3]}');
    return Promise.resolve();
  }, 20);
  expect(samples).toBeGreaterThan(0);
  expect(modules.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1);
});
