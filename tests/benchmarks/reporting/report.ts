/** The result of a subject of the benchmarks. It becomes a part of docs/performance.md. */
export interface Report {
  /** The npm packages whose versions the page names, beside the version of Node. */
  readonly packages: readonly string[];
  /** The tables, plots and paragraphs, in the order of the page. */
  readonly parts: readonly Part[];
}

/** A part of a report. */
export type Part = Paragraph | Table | Plot;

/** Sentences, as Markdown. */
export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: string;
}

/** A table. A column whose cells are all numbers is set to the right. */
export interface Table {
  readonly kind: 'table';
  /** The heading above it. */
  readonly title?: string;
  /** The headings of the columns, with units. */
  readonly columns: readonly string[];
  /** As many cells in each row as there are columns. Text in backticks is code. */
  readonly rows: readonly (readonly string[])[];
}

/** A plot, drawn as docs/performance/SUBJECT-FILE.svg. */
export type Plot = LinesPlot | BarsPlot;

/** The members of every plot. */
interface Drawn {
  /** The end of the file's name: lower-case letters, digits and hyphens. */
  readonly file: string;
  readonly title: string;
}

/** Values over a quantity, as lines. */
export interface LinesPlot extends Drawn {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** Values of named things, as horizontal bars. */
export interface BarsPlot extends Drawn {
  readonly kind: 'bars';
  readonly value: Axis;
  /** The parts of each thing's value, or values beside each other, such as percentiles. */
  readonly series: readonly string[];
  /** True if the values of a thing are the parts of a sum. */
  readonly stacked?: boolean;
  /** As many values for each thing as there are series. */
  readonly bars: readonly { readonly label: string; readonly values: readonly number[] }[];
}

/** An axis of a plot. */
export interface Axis {
  /** The quantity and its unit, such as `time of a mint (µs)`. */
  readonly label: string;
  /** `log` spaces the powers of ten evenly. Its values must be above 0. Otherwise the axis is linear, and includes 0. */
  readonly scale?: 'linear' | 'log';
}

/** A line of a plot. */
export interface Series {
  readonly label: string;
  /** Pairs of x and y, in the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}
