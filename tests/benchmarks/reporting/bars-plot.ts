import { axisScale, shown } from './axis-scale.ts';
import type { BarsPlot } from './report.ts';
import { colourOf, drawing, element, legend, text, widthOf } from './svg.ts';

const WIDTH = 720;
const TOP = 70;
const RIGHT = 630;

/** The thickness of a bar, and the gap between two things, in pixels. */
const BAR = 16;
const GAP = 12;

/** A bar of the drawing, or a part of one. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly series: number;
  /** The number of bars of this thing above it. */
  readonly lane: number;
}

/** Draws a plot of bars. @throws RangeError if it cannot show a value, or has no bar */
export function drawBars({ title, value, series, stacked = false, bars }: BarsPlot): string {
  if (value.scale === 'log') throw new RangeError('The length of a bar means nothing on a logarithmic axis.');
  const ends = bars.map(({ values }) => (stacked ? [sumOf(values)] : values));
  const along = axisScale(value, ends.flat());
  const left = 24 + Math.max(...bars.map(({ label }) => widthOf(label)));
  const at = (amount: number): number => left + along.place(amount) * (RIGHT - left);
  const lanes = stacked ? 1 : series.length;
  const height = lanes * BAR + GAP;
  const bottom = TOP + bars.length * height;
  return drawing(title, { width: WIDTH, height: bottom + 60 }, [
    ...(series.length > 1 ? legend(series, { left: 16, y: 50 }) : []),
    ...along.ticks.flatMap((tick) => [
      element('line', { x1: at(tick), x2: at(tick), y1: TOP - 6, y2: bottom, stroke: '#dddddd' }),
      text(shown(tick), at(tick), bottom + 18, { 'text-anchor': 'middle' }),
    ]),
    text(value.label, (left + RIGHT) / 2, bottom + 44, { 'text-anchor': 'middle' }),
    ...bars.flatMap(({ label, values }, index) => {
      const y = TOP + index * height;
      return [
        text(label, left - 10, y + (lanes * BAR) / 2 + 4, { 'text-anchor': 'end' }),
        ...segmentsOf(values, stacked).map(({ from, to, series: of, lane }) =>
          element('rect', {
            x: at(from),
            y: y + lane * BAR + 1,
            width: Math.max(at(to) - at(from), 0),
            height: BAR - 2,
            fill: colourOf(of),
          }),
        ),
        ...(ends[index] ?? []).map((end, lane) => text(shown(end), at(end) + 6, y + lane * BAR + 12)),
      ];
    }),
  ]);
}

function segmentsOf(values: readonly number[], stacked: boolean): Segment[] {
  let sum = 0;
  return values.map((value, series) => {
    const from = stacked ? sum : 0;
    sum += value;
    return { from, to: from + value, series, lane: stacked ? 0 : series };
  });
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
