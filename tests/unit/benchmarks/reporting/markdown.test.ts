import { expect, test } from '@jest/globals';
import { asMarkdown } from '../../../benchmarks/reporting/markdown.ts';
import type { Table } from '../../../benchmarks/reporting/report.ts';

const written = (table: Omit<Table, 'kind'>): string =>
  asMarkdown('hot', { packages: [], parts: [{ kind: 'table', ...table }] }, 'Measured here.');

test('A column of numbers is set to the right, and a column with a word to the left', () => {
  const columns = ['what', 'time (ms)', 'budget', 'calls'];
  const rows = [
    ['mint', '1,200.5', '≤ 1.5', '1'],
    ['batch', '3 ms', '', 'none'],
  ];
  expect(written({ columns, rows })).toBe(`Measured here.

| what | time (ms) | budget | calls |
| --- | ---: | ---: | --- |
| mint | 1,200.5 | ≤ 1.5 | 1 |
| batch | 3 ms |  | none |`);
});

test('A title becomes a heading', () => {
  expect(written({ title: 'Start', columns: ['a'], rows: [['b']] })).toContain('### Start\n\n| a |');
});

test('A cell cannot end itself, its row or its table, nor become HTML', () => {
  const rows = [['a | b', 'two\n\nlines', '<img src=x> `<anonymous>|b`']];
  expect(written({ columns: ['a', 'b', 'c'], rows })).toContain(
    String.raw`| a \| b | two lines | \<img src=x> ${'`'}<anonymous>\|b${'`'} |`,
  );
});

test('A row with a missing cell is refused', () => {
  expect(() => written({ columns: ['a', 'b'], rows: [['only']] })).toThrow('A row has 1 cells, not 2: only');
});

test('Parts keep their order', () => {
  const text = asMarkdown(
    'hot',
    {
      packages: [],
      parts: [
        { kind: 'paragraph', text: 'First.' },
        {
          kind: 'lines',
          file: 'x',
          title: 'Second',
          x: { label: 'x' },
          y: { label: 'y' },
          series: [],
        },
        { kind: 'paragraph', text: 'Third.' },
      ],
    },
    'Measured here.',
  );
  expect(text).toBe('Measured here.\n\nFirst.\n\n![Second](performance/hot-x.svg)\n\nThird.');
});
