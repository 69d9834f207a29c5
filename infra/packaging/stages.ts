import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import type { StageParameters } from './stage-parameters.ts';

/** infra/stages.yml: the parameters of each stage by its name, and under `default` what holds for all. */
export type Stages = Readonly<Record<string, StageParameters>>;

const schema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The stages that are there to be packaged or run on one machine. Their addresses are nobody's. */
export const NEVER_DEPLOYED: readonly string[] = ['default', 'example', 'example-full', 'local'];

/** The name of a stage's CloudFormation stack, as the Serverless CLI makes it of the service's name and the stage. */
export const stackName = (stage: string): string => `layermint-${stage}`;

/** Reads infra/stages.yml. */
export async function readStages(): Promise<Stages> {
  return schema.parse(parse(await readFile(new URL('../stages.yml', import.meta.url), 'utf8')));
}

/** A stage's parameters: its own before the default ones. */
export function ofStage(stages: Stages, stage: string): StageParameters {
  return { ...stages['default'], ...stages[stage] };
}
