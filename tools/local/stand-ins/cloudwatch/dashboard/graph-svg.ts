import { toMilliseconds } from '../../../../../lib/runtime/time.ts';
import { axisScale, type AxisScale } from './axis-scale.ts';
import { extremesOf, type GraphData, type GraphLine } from './graph-lines.ts';
import { escaped } from './markup.ts';
import { numberText, timeText } from './number-text.ts';
import type { GraphProperties } from './schemas.ts';

const WIDTH = 420;
const HEIGHT = 190;
/** The place of the axes' labels, around the lines. */
const AROUND = { top: 20, right: 44, bottom: 20, left: 48 };
const PLOT = { width: WIDTH - AROUND.left - AROUND.right, height: HEIGHT - AROUND.top - AROUND.bottom };
const BASE = AROUND.top + PLOT.height;

type Mark = NonNullable<GraphProperties['annotations']>['horizontal'][number];

/** The number of colours. Further lines have the same ones, and are dashed. */
export const COLOURS = 6;

/** Names the classes of the line with a number, for its colour and its dashes. */
export const lineClasses = (at: number): string => `c${at % COLOURS}${at < COLOURS ? '' : ' dashed'}`;

/**
 * Draws a graph as an SVG image, with a title and a text in its place.
 *
 * @param id - unique on the page
 */
export function graphSvg(id: string, properties: GraphProperties, data: GraphData): string {
  const { title, yAxis, annotations } = properties;
  const marks = annotations?.horizontal ?? [];
  const scales = {
    left: scaleOf(data.lines, 'left', marks),
    right: scaleOf(data.lines, 'right', []),
  };
  const hasRight = data.lines.some(({ axis }) => axis === 'right');
  const x = (at: number): string =>
    rounded(AROUND.left + ((at - data.start) / (data.end - data.start)) * PLOT.width);
  const lines = data.lines.map((line, at) => lineShape(line, at, data, x, scales[line.axis]));
  // The first line of the legend is drawn last, so that no other one hides it.
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${escaped(title)}</title>
<desc id="${id}-text">${escaped(inWords(data, marks))}</desc>
${valueAxis(scales.left, 'left', yAxis?.left?.label)}
${hasRight ? valueAxis(scales.right, 'right', yAxis?.right?.label) : ''}
${timeAxis(data, x)}
${lines.toReversed().join('\n')}
${marks.map((mark) => markLine(mark, scales.left)).join('\n')}
</svg>`;
}

/** Says the same as the image: the last and the greatest value of each line, and the marks. */
function inWords({ lines }: GraphData, marks: readonly Mark[]): string {
  const values = lines.map((line) => {
    const extremes = extremesOf(line);
    if (extremes === undefined) return `${line.label}: no value.`;
    return `${line.label}: last ${numberText(extremes.last)}, maximum ${numberText(extremes.maximum)}.`;
  });
  return [...values, ...marks.map((mark) => `${markText(mark)}.`)].join(' ');
}

function scaleOf(lines: readonly GraphLine[], axis: GraphLine['axis'], marks: readonly Mark[]): AxisScale {
  const values = lines
    .filter((line) => line.axis === axis)
    .flatMap(({ points }) => points.filter((value) => value !== undefined));
  const all = [...values, ...marks.map(({ value }) => value)];
  return axisScale(all, all.every(Number.isInteger));
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

const y = (scale: AxisScale, value: number): string => rounded(BASE - scale.at(value) * PLOT.height);

function valueAxis(scale: AxisScale, side: GraphLine['axis'], label: string | undefined): string {
  const isLeft = side === 'left';
  const edge = isLeft ? AROUND.left : WIDTH - AROUND.right;
  const place = isLeft ? `x="${edge - 5}" class="end"` : `x="${edge + 5}"`;
  const ticks = scale.ticks.map((value) => {
    const line = isLeft ? `<path class="grid" d="M${edge} ${y(scale, value)}H${WIDTH - AROUND.right}"/>` : '';
    return `${line}<text ${place} y="${y(scale, value)}" dy="4">${numberText(value)}</text>`;
  });
  const name = label === undefined ? '' : escaped(label);
  const head = `<text x="${isLeft ? 2 : WIDTH - 2}" y="11"${isLeft ? '' : ' class="end"'}>${name}</text>`;
  return `${ticks.join('')}${head}`;
}

function timeAxis({ start, end }: GraphData, x: (at: number) => string): string {
  const minutes = (end - start) / toMilliseconds(60);
  const step = toMilliseconds(60 * ([15, 30, 60, 120, 180, 360].find((it) => minutes / it <= 6) ?? 360));
  const first = Math.ceil(start / step) * step;
  const times = Array.from({ length: Math.floor((end - first) / step) + 1 }, (_, at) => first + at * step);
  return times
    .map(
      (at) =>
        `<path class="grid" d="M${x(at)} ${BASE}v4"/><text class="middle" x="${x(at)}" y="${HEIGHT - 4}">${timeText(at)}</text>`,
    )
    .join('');
}

const markText = ({ label, value }: Mark): string => `${label ?? 'mark'}: ${numberText(value)}`;

function markLine(mark: Mark, scale: AxisScale): string {
  const at = y(scale, mark.value);
  const text = `<text class="mark end" x="${WIDTH - AROUND.right - 4}" y="${at}" dy="-4">${escaped(markText(mark))}</text>`;
  return `<path class="mark" d="M${AROUND.left} ${at}h${PLOT.width}"/>${text}`;
}

/** Draws the stretches of a line between missing values, and a dot for a value alone. */
function lineShape(
  { points }: GraphLine,
  at: number,
  { start, period }: GraphData,
  x: (at: number) => string,
  scale: AxisScale,
): string {
  const place = (index: number, value: number): string =>
    `${x(start + index * toMilliseconds(period))} ${y(scale, value)}`;
  const stretches: string[][] = [];
  for (const [index, value] of points.entries()) {
    if (value === undefined) continue;
    if (points[index - 1] === undefined) stretches.push([]);
    stretches.at(-1)?.push(place(index, value));
  }
  const [dots, lines] = [true, false].map((alone) =>
    stretches.filter(({ length }) => (length === 1) === alone),
  );
  // A path without length is drawn as a dot by its round end.
  const shapes = {
    line: lines?.map((places) => `M${places.join('L')}`),
    dot: dots?.map((it) => `M${it.join('')}h0`),
  };
  return Object.entries(shapes)
    .map(([kind, parts = []]) =>
      parts.length === 0 ? '' : `<path class="${kind} ${lineClasses(at)}" d="${parts.join('')}"/>`,
    )
    .join('');
}
