import { expect, test } from '@jest/globals';
import {
  longestFirst,
  processorPlot,
  processorTable,
  wallTable,
} from '../../../benchmarks/cold/start-tables.ts';
import type { Series } from '../../../benchmarks/cold/start-series.ts';
import type { ColdStart } from '../../../benchmarks/lambda-runtime/cold-start.ts';

/** A start with twice as much elapsed as processor time. */
const start = (init: number | undefined, invocation: number | undefined, wall = 2): ColdStart => {
  const part = (cpuMs: number | undefined): ColdStart['init'] => ({ wallMs: (cpuMs ?? 1) * wall, cpuMs });
  return {
    init: part(init),
    invocation: invocation === undefined ? undefined : part(invocation),
    whole: part(init === undefined ? undefined : init + (invocation ?? 0)),
    ends: { init: 0, invocation: 0 },
    peakMb: 60.4,
    answer: 'null',
    output: '',
  };
};

const series = (name: string, starts: readonly ColdStart[]): Series => ({ name, starts });

const hello = series('hello world', [start(30, 10)]);
const limit = series('the limit', [start(40, 20)]);
const mint = series('mintToken', [start(60, 30), start(70, 30), start(90, 30)]);
const prober = series('probeService', [start(65, undefined)]);

test('The elapsed times have the percentiles that so many starts can have', () => {
  const starts = Array.from({ length: 100 }, (_, index) => start(index + 1, 100));
  const { rows } = wallTable([series('mintToken', starts), series('getKeys', starts.slice(0, 20))]);
  expect(rows).toEqual([
    ['mintToken', '100', '100', '180', '198', '200', '200', '200', '300', '380', '398'],
    ['getKeys', '20', '20', '36', '', '200', '200', '', '220', '236', ''],
  ]);
});

test('The processor times are medians, with the ratio to hello world and the distance to the limit', () => {
  const { columns, rows } = processorTable([hello, limit, mint], { hello, limit });
  expect(columns).toHaveLength(8);
  expect(rows).toEqual([
    ['hello world', '30.0', '10.0', '40.0', '', '1.00', '', '60'],
    ['the limit', '40.0', '20.0', '60.0', '', '1.50', '0.0', '60'],
    ['mintToken', '70.0', '30.0', '100.0', '', '2.50', '40.0', '60'],
  ]);
});

test('A function that is only initialized is not compared with whole starts', () => {
  const { rows } = processorTable([prober], { hello, limit });
  expect(rows).toEqual([['probeService', '65.0', '', '', '', '', '', '60']]);
});

test('A system that does not tell processor times leaves their cells empty, and has no plot', () => {
  const blind = series('mintToken', [start(undefined, undefined)]);
  const { rows } = processorTable([blind], { hello: blind, limit: blind });
  expect(rows).toEqual([['mintToken', '', '', '', '', '', '', '60']]);
  expect(processorPlot([blind])).toBeUndefined();
});

test('The plot stacks init and the first invocation', () => {
  expect(processorPlot([mint, prober])).toMatchObject({
    stacked: true,
    bars: [
      { label: 'mintToken', values: [70, 30] },
      { label: 'probeService', values: [65, 0] },
    ],
  });
});

test('The function with the longest start comes first', () => {
  expect(longestFirst([hello, mint, limit]).map(({ name }) => name)).toEqual([
    'mintToken',
    'the limit',
    'hello world',
  ]);
});
