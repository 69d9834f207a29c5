import type { Part, Table } from '../../reporting/report.ts';
import type { Phase, Share, Shares } from './attribution.ts';
import type { FunctionProfile, ProfiledPhase } from './function-profile.ts';
import { EVALUATION } from './origin.ts';

const WORDS: Readonly<Record<Phase, string>> = { init: 'init', invocation: 'the first invocation' };

/** The rows of each table. */
const TOP = 20;

/** The longest text of a first column, so that a line has at most 110 characters. */
const WIDTH = 80;

/** Makes the tables of a profile: groups of both phases; modules and functions of each. */
export function profileParts(profile: FunctionProfile): Part[] {
  return [groupsTable(profile), ...profile.phases.flatMap((phase) => phaseTables(profile.name, phase))];
}

/** Makes the table of packages, folders of ours, and parts of Node, the most expensive first. */
export function groupsTable({ name, starts, beforeMs, phases }: FunctionProfile): Table {
  const names = new Set(phases.flatMap(({ shares }) => [...shares.groups.keys()]));
  const costs = [...names].map((group) => ({
    group,
    cells: phases.map(({ ms, shares }) => inMs(shares.groups.get(group) ?? { self: 0, total: 0 }, ms)),
  }));
  const self = ({ cells }: (typeof costs)[number]): number => cells.reduce((sum, cost) => sum + cost.self, 0);
  const sorted = costs.toSorted((one, other) => self(other) - self(one)).slice(0, TOP);
  return {
    kind: 'table',
    title: `The start of ${name} by package, in ms of processor time (${starts} profiles)`,
    columns: [
      'package, folder or part of Node',
      ...phases.flatMap(({ phase }) => [`${phase} self`, `${phase} total`]),
    ],
    rows: [
      [
        '(Node, before its first statement)',
        ...phases.flatMap((_, at) => [at === 0 ? shown(beforeMs) : '', '']),
      ],
      ...sorted.map(({ group, cells }) => [
        `\`${group}\``,
        ...cells.flatMap((cost) => [shown(cost.self), shown(cost.total)]),
      ]),
    ],
  };
}

function phaseTables(name: string, phase: ProfiledPhase): Table[] {
  const { shares, ms } = phase;
  const of = `${WORDS[phase.phase]} of ${name}: ${ms.toFixed(1)} ms`;
  const isEvaluation = (key: string): boolean => key.startsWith(EVALUATION);
  const tables = [
    costTable(`Modules in ${of}`, 'module', shares.modules, ms, 'self'),
    costTable(`Functions in ${of}`, 'function:line module', shares.functions, ms, 'self'),
  ];
  if (phase.phase !== 'init') return tables;
  const evaluations = new Map(
    [...shares.functions]
      .filter(([key]) => isEvaluation(key))
      .map(([key, share]) => [key.slice(EVALUATION.length + 1), share]),
  );
  return [...tables, costTable(`Evaluation of modules in ${of}`, 'module', evaluations, ms, 'total')];
}

/** Makes a table of the most expensive names. */
function costTable(
  title: string,
  what: string,
  shares: Shares['modules'],
  ms: number,
  by: keyof Share,
): Table {
  const sorted = [...shares].toSorted(([, one], [, other]) => other[by] - one[by]).slice(0, TOP);
  return {
    kind: 'table',
    title,
    columns: [what, 'self ms', 'total ms'],
    rows: sorted.map(([name, share]) => {
      const cost = inMs(share, ms);
      return [`\`${fit(name)}\``, shown(cost.self), shown(cost.total)];
    }),
  };
}

const inMs = ({ self, total }: Share, ms: number): Share => ({ self: self * ms, total: total * ms });

const shown = (ms: number): string => ms.toFixed(2);

/** Shortens the middle of a long name: its function and its file are at the ends. */
function fit(name: string): string {
  if (name.length <= WIDTH) return name;
  const kept = (WIDTH - 1) / 2;
  return `${name.slice(0, Math.floor(kept))}…${name.slice(-Math.ceil(kept))}`;
}
