import { axisScale, shown } from './axis-scale.ts';
import type { LinesPlot, Series } from './report.ts';
import { colourOf, drawing, element, legend, text } from './svg.ts';

const SIZE = { width: 720, height: 420 };

/** The area between the axes. */
const AREA = { left: 80, right: 676, top: 66, bottom: 356 };

const FAINT = { stroke: '#dddddd' };

/** Draws a plot of lines. @throws RangeError if it cannot show a value, or has no point */
export function drawLines({ title, x, y, series }: LinesPlot): string {
  const points = series.flatMap((it) => it.points);
  const across = axisScale(
    x,
    points.map(([value]) => value),
  );
  const up = axisScale(
    y,
    points.map(([, value]) => value),
  );
  const atX = (value: number): number => AREA.left + across.place(value) * (AREA.right - AREA.left);
  const atY = (value: number): number => AREA.bottom - up.place(value) * (AREA.bottom - AREA.top);
  return drawing(title, SIZE, [
    ...legend(
      series.map(({ label }) => label),
      { left: AREA.left, y: 50 },
    ),
    ...up.ticks.flatMap((tick) => [
      element('line', { x1: AREA.left, x2: AREA.right, y1: atY(tick), y2: atY(tick), ...FAINT }),
      text(shown(tick), AREA.left - 8, atY(tick) + 4, { 'text-anchor': 'end' }),
    ]),
    ...across.ticks.flatMap((tick) => [
      element('line', {
        x1: atX(tick),
        x2: atX(tick),
        y1: AREA.bottom,
        y2: AREA.bottom + 5,
        stroke: '#222222',
      }),
      text(shown(tick), atX(tick), AREA.bottom + 20, { 'text-anchor': 'middle' }),
    ]),
    element('line', { x1: AREA.left, x2: AREA.right, y1: AREA.bottom, y2: AREA.bottom, stroke: '#222222' }),
    text(x.label, (AREA.left + AREA.right) / 2, SIZE.height - 18, { 'text-anchor': 'middle' }),
    upright(y.label),
    ...series.flatMap((it, index) => line(it, index, atX, atY)),
  ]);
}

function upright(label: string): string {
  const [x, y] = [20, (AREA.top + AREA.bottom) / 2];
  return text(label, x, y, { 'text-anchor': 'middle', transform: `rotate(-90 ${x} ${y})` });
}

function line(
  { points }: Series,
  index: number,
  atX: (value: number) => number,
  atY: (value: number) => number,
): string[] {
  const colour = colourOf(index);
  const places = points.map(([x, y]) => [atX(x), atY(y)] as const);
  const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const dots = places.length > MOST_DOTS ? [] : places;
  return [
    element('polyline', { points: path, fill: 'none', stroke: colour, 'stroke-width': 2 }),
    ...dots.map(([cx, cy]) => element('circle', { cx, cy, r: 3, fill: colour })),
  ];
}

/** With more points, dots hide the line. */
const MOST_DOTS = 40;
