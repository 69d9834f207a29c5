import { describe, expect, test } from '@jest/globals';
import {
  attribute,
  type Evaluation,
  type ProfiledStart,
} from '../../../../benchmarks/cold/profile/attribution.ts';
import type { Frame } from '../../../../benchmarks/cold/profile/cpu-profile.ts';
import { EVALUATION, placeOf } from '../../../../benchmarks/cold/profile/origin.ts';

const BUNDLE = '/task/mint.cjs';

/** The function of a module; native code has no module. */
const frame = (functionName: string, url: string): Frame => ({
  functionName,
  url,
  lineNumber: 7,
  columnNumber: 3,
});
const ROOT = frame('(root)', '');
const OUTERMOST: Frame = { functionName: '', url: `file://${BUNDLE}`, lineNumber: 0, columnNumber: 0 };

const sign = frame('sign', 'lib/tokens/mint.ts');
const object = frame('object', 'node_modules/zod/v4/mini/schemas.js');
const init = frame('init', 'node_modules/zod/v4/core/core.js');
const native = frame('stringify', '');

const start = (
  samples: readonly (readonly [at: number, ...stack: Frame[]])[],
  evaluations: readonly Evaluation[] = [],
): ProfiledStart => ({
  samples: samples.map(([at, ...stack]) => ({ at, stack: [...stack, ROOT] })),
  ends: { init: 100, invocation: 200 },
  evaluations,
});

const attributed = (
  starts: readonly ProfiledStart[],
  phase: 'init' | 'invocation',
): ReturnType<typeof attribute> =>
  attribute(starts, phase, BUNDLE, ({ functionName, url }) => {
    if (functionName.startsWith('('))
      return { group: functionName, module: functionName, name: functionName };
    return url === '' ? undefined : { ...placeOf(url), name: functionName };
  });

describe('the samples of a profile', () => {
  test('belong to the phase of their time, and those after the answer to none', () => {
    const starts = [
      start([
        [99, sign],
        [100, object],
        [199, object],
        [200, sign],
      ]),
    ];
    expect([...attributed(starts, 'init').modules.keys()]).toEqual(['lib/tokens/mint.ts']);
    expect([...attributed(starts, 'invocation').modules.keys()]).toEqual(['zod/v4/mini/schemas.js']);
  });

  test('count for the innermost module itself, and once in total for each module on the stack', () => {
    const { samples, modules, groups, functions } = attributed(
      [
        start([
          [1, init, object, init, sign],
          [2, sign],
        ]),
        start([
          [3, object],
          [4, sign],
        ]),
      ],
      'init',
    );
    expect(samples).toBe(4);
    expect(Object.fromEntries(modules)).toEqual({
      'zod/v4/core/core.js': { self: 0.25, total: 0.25 },
      'zod/v4/mini/schemas.js': { self: 0.25, total: 0.5 },
      'lib/tokens/mint.ts': { self: 0.5, total: 0.75 },
    });
    expect(Object.fromEntries(groups)).toEqual({
      zod: { self: 0.5, total: 0.5 },
      'lib/tokens': { self: 0.5, total: 0.75 },
    });
    expect(functions.get('init zod/v4/core/core.js')).toEqual({ self: 0.25, total: 0.25 });
  });

  test('of native code count for the module that called it, under their own name', () => {
    const { modules, functions } = attributed([start([[1, native, native, sign, object]])], 'init');
    expect(modules.get('lib/tokens/mint.ts')).toEqual({ self: 1, total: 1 });
    expect([...functions.keys()]).toEqual([
      'stringify (native) lib/tokens/mint.ts',
      'sign lib/tokens/mint.ts',
      'object zod/v4/mini/schemas.js',
    ]);
  });

  test('of waiting do not count, and those of the garbage collector do', () => {
    const { samples, groups } = attributed(
      [
        start([
          [1, frame('(idle)', '')],
          [2, frame('(garbage collector)', '')],
        ]),
      ],
      'init',
    );
    expect(samples).toBe(1);
    expect([...groups.keys()]).toEqual(['(garbage collector)']);
  });

  test('are none in a phase that did not take place', () => {
    const shares = attributed([start([[1, sign]])], 'invocation');
    expect([shares.samples, shares.modules.size]).toEqual([0, 0]);
  });
});

describe("the evaluation of a bundle's modules", () => {
  const evaluations = [
    { module: 'node_modules/zod/v4/core/core.js', at: 10 },
    { module: 'lib/table/grant-item.ts', at: 20 },
    { module: 'functions/mint-token.ts', at: 30 },
  ];

  test('counts for the module whose evaluation began last, together with the code that it calls', () => {
    const { modules, functions } = attributed(
      [
        start(
          [
            [19, OUTERMOST],
            [20, OUTERMOST],
            [25, init, object, OUTERMOST],
            [90, OUTERMOST],
          ],
          evaluations,
        ),
      ],
      'init',
    );
    expect(Object.fromEntries(modules)).toEqual({
      'zod/v4/core/core.js': { self: 0.5, total: 0.5 },
      'zod/v4/mini/schemas.js': { self: 0, total: 0.25 },
      'lib/table/grant-item.ts': { self: 0.25, total: 0.5 },
      'functions/mint-token.ts': { self: 0.25, total: 0.25 },
    });
    expect(functions.get(`${EVALUATION} lib/table/grant-item.ts`)).toEqual({ self: 0.25, total: 0.5 });
  });

  test('loads the modules of Node for the next module: a module does so before its mark', () => {
    const require_ = frame('require', 'node:internal/modules/helpers');
    const { functions } = attributed(
      [
        start(
          [
            [19, require_, OUTERMOST],
            [95, require_, OUTERMOST],
          ],
          evaluations,
        ),
      ],
      'init',
    );
    expect(functions.get(`${EVALUATION} lib/table/grant-item.ts`)).toEqual({ self: 0, total: 0.5 });
    expect(functions.get(`${EVALUATION} functions/mint-token.ts`)).toEqual({ self: 0, total: 0.5 });
  });

  test('before the first mark is of the bundle itself', () => {
    const { modules } = attributed([start([[5, OUTERMOST]], evaluations)], 'init');
    expect([...modules.keys()]).toEqual(['bundle']);
  });
});
