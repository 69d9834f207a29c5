import { shown } from '../reporting/axis-scale.ts';
import type { LinesPlot, Part, Report, Series, Table } from '../reporting/report.ts';
import type { CpuTime } from './cpu-time.ts';
import { PAGES, type MeasuredMint, type MeasuredPage, type ScaleData } from './scale.ts';

const TIMES = 'time (ratio to the smallest case)';

/** Makes the tables and plots. */
export function scaleReport(data: ScaleData): Report {
  return {
    packages: ['jose'],
    parts: [
      ...byGrants(data.grants),
      ...byGroups(data.groups, data.grantedGroups),
      ...byDocuments(data.documents),
      ofGroups(data.documentsOfGroups),
      wholeLists(data.wholeLists),
    ],
  };
}

/** Writes a time as a ratio: the median, and the 90th percentile. */
function ratio({ median, p90 }: CpuTime, smallest: CpuTime): string {
  return `${(median / smallest.median).toFixed(2)} (${(p90 / smallest.median).toFixed(2)})`;
}

const count = (value: number): string => value.toLocaleString('en');

function smallestOf<Case>(cases: readonly Case[], timeOf: (one: Case) => CpuTime): CpuTime {
  const [first] = cases;
  if (first === undefined) throw new RangeError('Nothing was measured');
  return timeOf(first);
}

function series<Case>(
  label: string,
  cases: readonly Case[],
  xOf: (one: Case) => number,
  timeOf: (one: Case) => CpuTime,
  smallest: CpuTime,
): Series {
  const points = cases.map((one): [number, number] => [xOf(one), timeOf(one).median / smallest.median]);
  return { label, points };
}

function byGrants(cases: readonly MeasuredMint[]): Part[] {
  const smallest = smallestOf(cases, ({ mint }) => mint);
  const columns = [...new Set(cases.map(({ sizes }) => sizes.groups))];
  const rows = [...Map.groupBy(cases, ({ sizes }) => sizes.grants)];
  const table = (title: string, cellOf: (one: MeasuredMint) => string): Table => ({
    kind: 'table',
    title,
    columns: ['grants on the document', ...columns.map((groups) => `${groups} groups`)],
    rows: rows.map(([grants, ofGrants]) => [count(grants), ...ofGrants.map(cellOf)]),
  });
  const plot: LinesPlot = {
    kind: 'lines',
    file: 'grants',
    title: 'A warm mint against the grants on the document',
    x: { label: 'grants on the document', scale: 'log' },
    y: { label: TIMES },
    series: columns.map((groups) =>
      series(
        `${groups} groups`,
        cases.filter(({ sizes }) => sizes.groups === groups),
        ({ sizes }) => sizes.grants,
        ({ mint }) => mint,
        smallest,
      ),
    ),
  };
  return [
    table('A warm mint: processor time as a ratio', ({ mint }) => ratio(mint, smallest)),
    table('Read units of a warm mint', ({ counts }) => count(counts.readUnits)),
    table('Items that a warm mint reads', ({ counts }) => count(counts.items)),
    plot,
    { kind: 'paragraph', text: decisionsOf(cases) },
  ];
}

/** Says how far the times of the decision alone differ. */
function decisionsOf(cases: readonly MeasuredMint[]): string {
  const smallest = smallestOf(cases, ({ decide }) => decide);
  const ratios = cases.map(({ decide }) => decide.median / smallest.median);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `The decision alone takes ${least.toFixed(2)} to ${most.toFixed(2)} of the time of its smallest case, in all ${cases.length} cases of the table.`;
}

function byGroups(few: readonly MeasuredMint[], each: readonly MeasuredMint[]): Part[] {
  const [mint, mintOfEach, decision] = [
    smallestOf(few, (one) => one.mint),
    smallestOf(each, (one) => one.mint),
    smallestOf(each, (one) => one.decide),
  ];
  const groupsOf = ({ sizes }: MeasuredMint): number => sizes.groups;
  return [
    {
      kind: 'table',
      title: 'More groups of the caller',
      columns: [
        'groups',
        'mint, 5 grants on the document',
        'read units',
        'mint, each group has a grant',
        'decision, each group has a grant',
        'read units, each group has a grant',
      ],
      rows: few.map((one, at) => {
        const other = each[at];
        if (other === undefined) throw new RangeError('Nothing was measured');
        return [
          count(one.sizes.groups),
          ratio(one.mint, mint),
          count(one.counts.readUnits),
          ratio(other.mint, mintOfEach),
          ratio(other.decide, decision),
          count(other.counts.readUnits),
        ];
      }),
    },
    {
      kind: 'lines',
      file: 'groups',
      title: 'A warm mint against the groups of the caller',
      x: { label: 'groups of the caller' },
      y: { label: TIMES },
      series: [
        series('mint, 5 grants', few, groupsOf, (one) => one.mint, mint),
        series('mint, a grant for each group', each, groupsOf, (one) => one.mint, mintOfEach),
      ],
    },
  ];
}

function byDocuments(cases: readonly MeasuredPage[]): Part[] {
  const smallest = smallestOf(cases, ({ time }) => time);
  const ofPage = (page: string) => cases.filter(({ sizes }) => sizes.page === page);
  const rows = [...Map.groupBy(cases, ({ sizes }) => sizes.documents)];
  return [
    {
      kind: 'table',
      title: 'A page of `GET /v1/documents`',
      columns: [
        'documents in the list',
        ...PAGES.map((page) => `${page} page`),
        ...PAGES.map((page) => `units, ${page}`),
        'queries',
      ],
      rows: rows.map(([documents, pages]) => [
        count(documents),
        ...pages.map(({ time }) => ratio(time, smallest)),
        ...pages.map(({ counts }) => count(counts.readUnits)),
        count(Math.max(...pages.map(({ counts }) => counts.queries))),
      ]),
    },
    {
      kind: 'lines',
      file: 'documents',
      title: 'A page of a list against its documents',
      x: { label: 'documents in the list', scale: 'log' },
      y: { label: TIMES },
      series: PAGES.map((page) =>
        series(
          `${page} page`,
          ofPage(page),
          ({ sizes }) => sizes.documents,
          ({ time }) => time,
          smallest,
        ),
      ),
    },
  ];
}

function ofGroups(cases: readonly MeasuredPage[]): Table {
  const smallest = smallestOf(cases, ({ time }) => time);
  return {
    kind: 'table',
    title: 'The first page of a list of 10,000 documents',
    columns: ['groups that have the grants', 'time', 'queries', 'items', 'read units'],
    rows: cases.map(({ sizes, counts, time }) => [
      count(sizes.groups),
      ratio(time, smallest),
      count(counts.queries),
      count(counts.items),
      count(counts.readUnits),
    ]),
  };
}

function wholeLists(lists: ScaleData['wholeLists']): Table {
  return {
    kind: 'table',
    title: 'A whole list, page by page',
    columns: ['documents', 'groups', 'pages', 'read units', 'units for each page'],
    rows: lists.map(({ documents, groups, pages, readUnits }) => [
      count(documents),
      count(groups),
      count(pages),
      count(readUnits),
      shown(readUnits / pages),
    ]),
  };
}
