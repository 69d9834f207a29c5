import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { localClient } from '../../local/stand-ins/aws-account.ts';
import { TABLE_PATH } from '../../local/stack/routes/paths.ts';
import { ofStage, readStages, type Stages } from '../../../infra/stages/stages.ts';
import { UsageError } from '../command.ts';
import { findTable } from '../deploy/deployment.ts';
import { readFromLocalStack } from '../local-stack.ts';
import { chosenStage, type StageOptions } from '../stage-options.ts';

/** The options that tell which table is meant. */
export interface TableOptions extends StageOptions {
  /** The table's name, in place of what the stage's CloudFormation stack says. */
  readonly table?: string | undefined;
}

/** A table of grants. */
export interface GrantTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** What every private layer's name begins with, by the stage's parameters. */
  readonly privateLayerPrefix: string;
}

/** To write thousands is to be throttled sooner or later, and to write more slowly then. */
const RETRIES = { maxAttempts: 8, retryMode: 'adaptive' };

/**
 * Finds the table of grants.
 *
 * @throws UsageError when there is no such stage or none is named; Error when its stack cannot be read
 */
export async function findGrantTable({ table, ...options }: TableOptions): Promise<GrantTable> {
  const chosen = chosenStage(options);
  const stages = await readStages();
  if (chosen?.kind === 'local') {
    if (table !== undefined) throw new UsageError('--table goes with a stage that is deployed (see --help).');
    return localTable(chosen.port, stages);
  }
  const stage = chosen?.name;
  const prefix = privateLayerPrefix(stages, stage ?? 'default');
  if (table !== undefined) {
    const region = stage === undefined ? undefined : String(ofStage(stages, stage)['region']);
    const client = new DynamoDBClient({ ...RETRIES, ...(region !== undefined && { region }) });
    return { client, name: table, privateLayerPrefix: prefix };
  }
  if (stage === undefined) throw new UsageError('--stage, --local or --table is required: whose grants?');
  const { name, region } = await findTable(stage);
  return { client: new DynamoDBClient({ ...RETRIES, region }), name, privateLayerPrefix: prefix };
}

function privateLayerPrefix(stages: Stages, stage: string): string {
  if (!Object.hasOwn(stages, stage))
    throw new UsageError(`There is no stage "${stage}" in infra/stages/stages.yml.`);
  return String(ofStage(stages, stage)['privateLayerPrefix']);
}

const LocalTable = z.object({ name: z.string(), endpoint: z.url() });

/** Asks the service that `npm start` runs on this machine where its table is. */
async function localTable(port: string | undefined, stages: Stages): Promise<GrantTable> {
  const { name, endpoint } = LocalTable.parse(await readFromLocalStack(TABLE_PATH, port));
  const client = new DynamoDBClient(localClient(endpoint));
  return { client, name, privateLayerPrefix: privateLayerPrefix(stages, 'local') };
}
