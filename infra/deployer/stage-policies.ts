import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageService, TEMPLATE } from '../packaging/package-service.ts';
import type { FinishedTemplate } from '../packaging/template/finished-template.ts';
import type { StageParameters } from '../stages/check-parameters.ts';
import { ofStage, readStages, stackName } from '../stages/stages.ts';
import { policiesOf, type Policies } from './policies.ts';
import type { Place } from './right.ts';

/** Reads the place of a stage from its parameters. Its secrets are in its own account. */
function placeOf(stage: string, parameters: StageParameters): Place {
  const [, partition = '', , region = '', account = ''] = String(
    parameters['documentEngineApiTokenSecretArn'],
  ).split(':');
  return { partition, region, account, stack: stackName(stage) };
}

/**
 * Packages a stage in a temporary directory, and makes the policies for its deployer from the template.
 *
 * @throws PackagingError with the Serverless CLI's output
 * @throws Error for a type of resource without known rights
 */
export async function policiesOfStage(stage: string): Promise<Policies> {
  const parameters = ofStage(await readStages(), stage);
  const workspace = await mkdtemp(join(tmpdir(), 'layermint-policy-'));
  try {
    const packaged = await packageService(workspace, stage);
    const template = JSON.parse(await readFile(join(packaged, TEMPLATE), 'utf8')) as FinishedTemplate;
    const role = parameters['deploymentRoleArn'];
    return policiesOf(template, placeOf(stage, parameters), typeof role === 'string' ? role : undefined);
  } finally {
    await rm(workspace, { recursive: true });
  }
}
