import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import type { StageParameters } from './check-parameters.ts';
import { DEFAULTS } from './parameters.ts';

/**
 * The parameters of each stage by its name, and under `default` those of all: the defaults of infra/stages/parameters.ts, unless
 * infra/stages/stages.yml says otherwise under the same name.
 */
export type Stages = Readonly<Record<string, StageParameters>>;

/** A stage that sets nothing of its own can be left empty. */
const OwnParameters = z
  .record(z.string(), z.unknown())
  .nullable()
  .transform((parameters) => parameters ?? {});

const StagesFile = z.record(z.string(), OwnParameters);

/** The stages that are there to be packaged or run on one machine. Their addresses are nobody's. */
export const NEVER_DEPLOYED: readonly string[] = ['default', 'example', 'example-full', 'local'];

/** The name of a stage's CloudFormation stack, as the Serverless CLI makes it of the service's name and the stage. */
export const stackName = (stage: string): string => `layermint-${stage}`;

/**
 * Reads infra/stages/stages.yml.
 *
 * @throws Error that names the file and what is wrong with it
 */
export async function readStages(): Promise<Stages> {
  let content: unknown;
  try {
    content = parse(await readFile(new URL('./stages.yml', import.meta.url), 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`infra/stages/stages.yml cannot be read: ${reason}`, { cause: error });
  }
  return stagesIn(content);
}

/**
 * Reads the stages in what infra/stages/stages.yml holds, and fills in the defaults.
 *
 * @throws Error that names the stages which are not parameters by their names
 */
export function stagesIn(content: unknown): Stages {
  const { data, error } = StagesFile.safeParse(content);
  if (data !== undefined) return { ...data, default: { ...DEFAULTS, ...data['default'] } };
  const names = new Set(error.issues.map(({ path: [stage] }) => stage));
  const where = [...names].map((name) => (name === undefined ? 'it' : `its stage "${String(name)}"`));
  throw new Error(
    `infra/stages/stages.yml: ${where.join(', ')} must hold NAME: VALUE lines and nothing else`,
  );
}

/** A stage's parameters: its own before the default ones. */
export function ofStage(stages: Stages, stage: string): StageParameters {
  return { ...stages['default'], ...stages[stage] };
}
