import { describe, expect, test } from '@jest/globals';
import { draw } from '../../../benchmarks/reporting/markdown.ts';
import { elementsOf } from './well-formed.ts';
import type { BarsPlot, LinesPlot } from '../../../benchmarks/reporting/report.ts';

const HOSTILE = 'a < b & "c" > \'d\' ]]> <script>alert(1)</script> \u0000\u001b';

const lines: LinesPlot = {
  kind: 'lines',
  file: 'lines',
  title: 'Time of a mint',
  x: { label: 'grants', scale: 'log' },
  y: { label: 'time (µs)' },
  series: [
    {
      label: 'mint',
      points: [
        [1, 200],
        [1000, 210],
      ],
    },
    {
      label: 'decision',
      points: [
        [1, 20],
        [1000, 30],
      ],
    },
  ],
};

const bars: BarsPlot = {
  kind: 'bars',
  file: 'bars',
  title: 'Start of a function',
  value: { label: 'time (ms)' },
  series: ['init', 'first answer'],
  bars: [
    { label: 'mint', values: [30, 10] },
    { label: 'hello', values: [5, 1] },
  ],
};

test.each([lines, bars, { ...bars, stacked: true }])(
  'A plot of $kind is a well-formed drawing on white',
  (plot) => {
    const svg = draw(plot);
    expect(elementsOf(svg).slice(0, 3)).toEqual(['svg', 'title', 'rect']);
    expect(svg).toContain('<rect width="720" height="');
    expect(svg).toMatch(/<rect [^>]*fill="#ffffff"\/>/);
  },
);

test('A plot of lines says its title, its quantities and its series, and labels its axes', () => {
  for (const said of ['Time of a mint', 'grants', 'time (µs)', 'mint', 'decision', '1,000', '250'])
    expect(draw(lines)).toContain(`>${said}</text>`);
});

test('A plot of bars says its title, its quantity, its series, its things and their values', () => {
  for (const said of [
    'Start of a function',
    'time (ms)',
    'init',
    'first answer',
    'mint',
    'hello',
    '30',
    '10',
  ])
    expect(draw(bars)).toContain(`>${said}</text>`);
});

test('The parts of a stacked bar begin at each other, and the label is their sum', () => {
  const svg = draw({ ...bars, stacked: true, bars: [{ label: 'mint', values: [30, 10] }] });
  const rects = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="14"/g)];
  const [first, second] = rects.map(([, ...numbers]) => numbers.map(Number));
  expect(second?.[0]).toBeCloseTo((first?.[0] ?? 0) + (first?.[2] ?? 0), 0);
  expect(second?.[1]).toBe(first?.[1]);
  expect(svg).toContain('>40</text>');
});

describe('A hostile name stays text', () => {
  const axis = { label: HOSTILE };
  const plots = [
    { ...lines, title: HOSTILE, x: axis, y: axis, series: [{ label: HOSTILE, points: [[1, 1]] }] },
    {
      ...bars,
      title: HOSTILE,
      value: axis,
      series: [HOSTILE, HOSTILE],
      bars: [{ label: HOSTILE, values: [1, 2] }],
    },
  ] satisfies (LinesPlot | BarsPlot)[];

  test.each(plots)('in a plot of $kind', (plot) => {
    const svg = draw(plot);
    expect(elementsOf(svg)).not.toContain('script');
    expect(svg).toContain('a &lt; b &amp; &quot;c&quot; &gt;');
  });
});

test.each([
  ['a line without points', { ...lines, series: [] }, 'The axis "grants" has no values.'],
  ['no bars', { ...bars, bars: [] }, 'The axis "time (ms)" has no values.'],
  [
    'bars on a logarithmic axis',
    { ...bars, value: { label: 'time (ms)', scale: 'log' } } as const,
    'The length of a bar means nothing on a logarithmic axis.',
  ],
  ['too many series', { ...lines, series: Array(8).fill(lines.series[0]) }, 'A plot has at most 7 series.'],
] as const)('A plot with %s is refused', (_, plot, words) => {
  expect(() => draw(plot)).toThrow(words);
});

test.each([
  '<svg>',
  '<a/><b/>',
  '<a></b>',
  '<a b="1" b="2"/>',
  '<a b="<"/>',
  '<a>&</a>',
  '<a>\u0000</a>',
  '',
])('The parser of these tests refuses %j', (xml) => {
  expect(() => elementsOf(xml)).toThrow(SyntaxError);
});
