import { hash } from 'node:crypto';
import type { Candidate } from './mutant.ts';

/**
 * Chooses mutants, as many of each module and of each kind within it as there can be: a condition of a write to DynamoDB is rare and
 * matters more than one more text.
 *
 * The same seed chooses the same mutants, as long as their lines stay as they are. A larger sample contains the smaller one.
 */
export function sampleOf(candidates: readonly Candidate[], size: number, seed: number): Candidate[] {
  const place = ({ file, kind, lineText, becomes }: Candidate): string =>
    hash('sha256', JSON.stringify([seed, file, kind, lineText, becomes]));
  const shuffled = candidates
    .map((candidate) => ({ candidate, at: place(candidate) }))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ candidate }) => candidate);
  const ofModules = grouped(shuffled, ({ module }) => module).map((ofModule) =>
    inTurn(grouped(ofModule, ({ kind }) => kind)),
  );
  return inTurn(ofModules).slice(0, size);
}

function grouped<T>(items: readonly T[], by: (item: T) => string): T[][] {
  return [...Map.groupBy(items, by).values()];
}

/** Takes the first of each group, then the second of each, until all are taken. */
function inTurn<T>(groups: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    groups.flatMap((group) => group.slice(turn, turn + 1)),
  ).flat();
}
