import { expect, test } from '@jest/globals';
import { profileParts } from '../../../../benchmarks/cold/profile/profile-tables.ts';
import type { Shares } from '../../../../benchmarks/cold/profile/attribution.ts';
import type { FunctionProfile } from '../../../../benchmarks/cold/profile/function-profile.ts';
import type { Table } from '../../../../benchmarks/reporting/report.ts';

const long = `callTheFunctionWithTheLongName:12 @smithy/core/${'submodules/'.repeat(8)}schema.js`;

const init: Shares = {
  samples: 100,
  groups: new Map([
    ['zod', { self: 0.2, total: 0.3 }],
    ['lib/wiring', { self: 0.1, total: 0.9 }],
  ]),
  modules: new Map([
    ['lib/wiring/mint-token.ts', { self: 0.1, total: 0.9 }],
    ['zod/v4/core/core.js', { self: 0.2, total: 0.3 }],
  ]),
  functions: new Map([
    ['(module evaluation) lib/wiring/mint-token.ts', { self: 0.05, total: 0.4 }],
    [long, { self: 0.2, total: 0.2 }],
  ]),
};
const invocation: Shares = {
  ...{ samples: 50, modules: new Map(), functions: new Map() },
  groups: new Map([['lib/wiring', { self: 0.5, total: 0.5 }]]),
};

const profile: FunctionProfile = {
  ...{ name: 'mintToken', starts: 20, beforeMs: 20 },
  phases: [
    { phase: 'init', ms: 60, shares: init },
    { phase: 'invocation', ms: 40, shares: invocation },
  ],
};

const tables = profileParts(profile).filter((part): part is Table => part.kind === 'table');
const rowsOf = (title: RegExp): Table['rows'] =>
  tables.find((table) => title.test(table.title ?? ''))?.rows ?? [];

test('Shares become milliseconds of their phase, and the group with most time of its own comes first', () => {
  expect(rowsOf(/by package/)).toEqual([
    ['(Node, before its first statement)', '20.00', '', '', ''],
    ['`lib/wiring`', '6.00', '54.00', '20.00', '20.00'],
    ['`zod`', '12.00', '18.00', '0.00', '0.00'],
  ]);
  expect(rowsOf(/^Modules in init/)).toEqual([
    ['`zod/v4/core/core.js`', '12.00', '18.00'],
    ['`lib/wiring/mint-token.ts`', '6.00', '54.00'],
  ]);
});

test('The evaluation of modules is a table of its own', () => {
  expect(rowsOf(/^Evaluation/)).toEqual([['`lib/wiring/mint-token.ts`', '3.00', '24.00']]);
});

test('A long name loses its middle, so that a line has at most 110 characters', () => {
  const [[shown = ''] = []] = rowsOf(/^Functions in init/);
  expect(shown).toMatch(/^`callTheFunctionWithTheLongName:12 .*….*schema\.js`$/);
  expect(shown).toHaveLength(82);
});

test('Each phase has its modules and functions', () => {
  expect(tables.map(({ title }) => title)).toEqual([
    'The start of mintToken by package, in ms of processor time (20 profiles)',
    'Modules in init of mintToken: 60.0 ms',
    'Functions in init of mintToken: 60.0 ms',
    'Evaluation of modules in init of mintToken: 60.0 ms',
    'Modules in the first invocation of mintToken: 40.0 ms',
    'Functions in the first invocation of mintToken: 40.0 ms',
  ]);
});
