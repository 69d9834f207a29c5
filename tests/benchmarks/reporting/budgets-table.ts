import type { Measurement, NotMeasured, Outcome } from '../measurement.ts';
import { machine } from './machine.ts';
import type { Report } from './report.ts';

/** A measurement and its result. */
export interface Row {
  readonly measurement: Measurement;
  readonly result: Outcome | NotMeasured;
}

/** Tells whether the value is within its budget; undefined if there is no value. */
export function isMet({ measurement, result }: Row): boolean | undefined {
  return 'value' in result ? measurement.budget.holds(result.value) : undefined;
}

/** Writes the report as JSON. */
export function asJson(rows: readonly Row[]): string {
  const measurements = rows.map((row) => {
    const { what, budget, exact } = row.measurement;
    return { what, budget: budget.shown, exact, met: isMet(row) ?? null, ...row.result };
  });
  return JSON.stringify({ ...machine(), measurements }, undefined, 2);
}

/** Writes the report as an aligned table, with the notes of each row below it. */
export function asTable(rows: readonly Row[]): string {
  const { node, cpu, cores, load } = machine();
  const lines = align([[...COLUMNS.slice(0, -1), ''], ...rows.map(cellsOf)]);
  const notes = rows.map(({ result }, index) => {
    const said = 'value' in result ? result.notes : [result.notMeasured];
    return [lines[index + 1], ...said.map((note) => `    ${note}`)].join('\n');
  });
  return [`Node ${node}, ${cores} × ${cpu}, load ${load}`, '', lines[0], ...notes].join('\n');
}

/** Makes the table of docs/performance.md. */
export function asReport(rows: readonly Row[]): Report {
  return { packages: ['jose'], parts: [{ kind: 'table', columns: COLUMNS, rows: rows.map(cellsOf) }] };
}

const COLUMNS = ['what', 'measured', 'budget', 'result'] as const;

function cellsOf(row: Row): string[] {
  const { what, budget } = row.measurement;
  const measured = 'value' in row.result ? budget.show(row.result.value) : 'not measured';
  const met = isMet(row);
  return [what, measured, budget.shown, met === undefined ? '' : met ? 'met' : 'NOT MET'];
}

/** Pads the cells of each column to one width: the first column on the right, numbers on the left. */
function align(table: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...table.map((cells) => cells[column]?.length ?? 0));
  return table.map((cells) =>
    cells
      .map((cell, column) => {
        if (column === cells.length - 1) return cell;
        return column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column));
      })
      .join('   ')
      .trimEnd(),
  );
}
