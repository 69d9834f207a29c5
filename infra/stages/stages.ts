import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument, visit } from 'yaml';
import * as z from 'zod';
import type { StageParameters } from './check-parameters.ts';
import { didYouMean } from '../../lib/runtime/nearest.ts';
import { DEFAULTS } from './parameters.ts';

/**
 * The parameters of each stage by its name. The entry `default` has those of all stages: the defaults of
 * infra/stages/parameters.ts, unless infra/stages/stages.yml sets others under the same name.
 */
export type Stages = Readonly<Record<string, StageParameters>>;

/** A stage that sets nothing of its own can be left empty. */
const OwnParameters = z
  .record(z.string(), z.unknown())
  .nullable()
  .transform((parameters) => parameters ?? {});

const StagesFile = z.record(z.string(), OwnParameters);

export { stackName } from './stack-name.ts';

/** Stages that are only packaged or run on one machine. Nobody owns their addresses. */
export const NEVER_DEPLOYED: readonly string[] = [
  'default',
  'example',
  'example-full',
  'example-protected',
  'example-gradual',
  'example-cloudfront',
  'example-issuers',
  'local',
];

/**
 * Reads infra/stages/stages.yml.
 *
 * @throws Error that names the file and the fault in it
 */
export async function readStages(): Promise<Stages> {
  let content: unknown;
  try {
    content = parseStages(await readFile(new URL('./stages.yml', import.meta.url), 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`infra/stages/stages.yml cannot be read: ${reason}`, { cause: error });
  }
  return stagesIn(content);
}

/**
 * Parses YAML, and refuses numbers that YAML would change without a word. A machine's user id of 18 digits without quotes would become
 * another one, which then had the scopes of the machine.
 *
 * @param text - the content of infra/stages/stages.yml
 * @throws Error that names the place of a fault, or the line of each such number
 */
export function parseStages(text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const [fault] = document.errors;
  if (fault !== undefined) throw fault;
  const changed: string[] = [];
  visit(document, {
    Scalar(place, { value, source, range }) {
      if (typeof value !== 'number' || source === undefined || String(value) === source) return;
      if (place !== 'key' && (!Number.isInteger(value) || Number.isSafeInteger(value))) return;
      const { line } = lineCounter.linePos(range?.[0] ?? 0);
      changed.push(`line ${line} has ${source}, which YAML reads as ${value}. Write it in quotes`);
    },
  });
  if (changed.length > 0) throw new Error(changed.join('; '));
  return document.toJS();
}

/**
 * Reads the stages in the parsed content of infra/stages/stages.yml, and fills in the defaults.
 *
 * @throws Error that names each stage that is not a set of parameters
 */
export function stagesIn(content: unknown): Stages {
  const { data, error } = StagesFile.safeParse(content);
  if (data !== undefined) return { ...data, default: { ...DEFAULTS, ...data['default'] } };
  const names = new Set(error.issues.map(({ path: [stage] }) => stage));
  const faulty = [...names].map((name) => (name === undefined ? 'it' : `its stage "${String(name)}"`));
  throw new Error(
    `infra/stages/stages.yml: ${faulty.join(', ')} must hold NAME: VALUE lines and nothing else`,
  );
}

/** Joins a stage's parameters and the default ones. The stage's own win. */
export function ofStage(stages: Stages, stage: string): StageParameters {
  return { ...stages['default'], ...stages[stage] };
}

/**
 * Says that infra/stages/stages.yml lacks a stage.
 *
 * @param names - the stages that could be meant; the nearest is named, or all of them
 */
export function unknownStage(stage: string, names: readonly string[]): string {
  const stages = names.filter((name) => name !== 'default');
  const all =
    stages.length === 0
      ? ' It has no stage of your own yet: README.md, "Deploy it", tells how to add one.'
      : ` Its stages are ${stages.join(', ')}.`;
  return `infra/stages/stages.yml has no stage "${stage}".${didYouMean(stage, stages, (name) => `"${name}"`, all)}`;
}
