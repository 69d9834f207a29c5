import { drawBars } from './bars-plot.ts';
import { drawLines } from './lines-plot.ts';
import type { Part, Plot, Report, Table } from './report.ts';

const FILE = /^[a-z\d]+(?:-[a-z\d]+)*$/;

/** Names the file of a plot, from the root of the repository. @throws RangeError for a name that is no part of a file's name */
export function plotFile(subject: string, { file }: Plot): string {
  if (!FILE.test(file)) throw new RangeError(`"${file}" is no name of a plot: use a-z, 0-9 and hyphens.`);
  return `docs/performance/${subject}-${file}.svg`;
}

/** Draws a plot as SVG. @throws RangeError if it cannot show a value, or has none */
export function draw(plot: Plot): string {
  return plot.kind === 'lines' ? drawLines(plot) : drawBars(plot);
}

/** Selects the plots of a report. */
export function plotsOf({ parts }: Report): Plot[] {
  return parts.filter((part) => part.kind === 'lines' || part.kind === 'bars');
}

/**
 * Writes a report as Markdown, with links to its plots as docs/performance.md needs them.
 *
 * @param circumstances - the line about the machine
 * @throws RangeError for a row with another number of cells than there are columns
 */
export function asMarkdown(subject: string, { parts }: Report, circumstances: string): string {
  return [circumstances, ...parts.map((part) => partOf(subject, part))].join('\n\n');
}

function partOf(subject: string, part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return part.text;
    case 'table':
      return table(part);
    case 'lines':
    case 'bars':
      return `![${part.title}](${plotFile(subject, part).replace('docs/', '')})`;
  }
}

function table({ title, columns, rows }: Table): string {
  const wrong = rows.find((cells) => cells.length !== columns.length);
  if (wrong !== undefined)
    throw new RangeError(`A row has ${wrong.length} cells, not ${columns.length}: ${wrong.join(', ')}`);
  const isNumeric = (_: string, column: number): boolean =>
    rows.every((cells) => NUMBER.test(cells[column] ?? ''));
  const line = (cells: readonly string[]): string => `| ${cells.map(cellOf).join(' | ')} |`;
  const rule = columns.map(isNumeric).map((right) => (right ? '---:' : '---'));
  const lines = [line(columns), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
  return title === undefined ? lines : `### ${title}\n\n${lines}`;
}

/** A cell with a number, also with a bound or a unit of one word; or an empty one. */
const NUMBER = /^(?:[≤≥<>]? ?[-−]?\d[\d.,]*(?: ?[\p{L}%/µ]+)?)?$/u;

/** Writes a cell of a table (GitHub Flavored Markdown, section 4.10). A backslash does not escape `<` in code. */
function cellOf(content: string): string {
  return content
    .replaceAll(/\s+/g, ' ')
    .split(/(`[^`]*`)/)
    .map((piece) => (piece.startsWith('`') ? piece : piece.replaceAll('<', '\\<')))
    .join('')
    .replaceAll('|', '\\|');
}
