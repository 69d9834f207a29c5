import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { LOCAL_CREDENTIALS, REGION } from '../../local/stand-ins/aws-account.ts';
import { TABLE_PATH } from '../../local/stack/routes/paths.ts';
import { ofStage, readStages, type Stages } from '../../../infra/stages/stages.ts';
import { UsageError } from '../command.ts';
import { findTable } from '../deploy/deployment.ts';
import { readFromLocalStack } from '../local-stack.ts';

/** Which table is meant. */
export interface TableOptions {
  readonly stage?: string | undefined;
  /** The table's name, in place of what the stage's CloudFormation stack says. */
  readonly table?: string | undefined;
  /** Of the local stack's API, if it is not on its usual port. */
  readonly port?: string | undefined;
}

/** A table of grants. */
export interface GrantTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** What every private layer's name begins with, by the stage's parameters. */
  readonly privateLayerPrefix: string;
}

/** Whoever writes thousands is throttled sooner or later, and is to write more slowly then. */
const RETRIES = { maxAttempts: 8, retryMode: 'adaptive' };

/** @throws UsageError when there is no such stage or it is not said which; Error when its stack cannot be read */
export async function findGrantTable({ stage, table, port }: TableOptions): Promise<GrantTable> {
  const stages = await readStages();
  if (stage === 'local') {
    if (table !== undefined) throw new UsageError('--table goes with a stage that is deployed (see --help).');
    return localTable(port, stages);
  }
  if (port !== undefined) throw new UsageError('--port goes with --stage local (see --help).');
  const prefix = privateLayerPrefix(stages, stage ?? 'default');
  if (table !== undefined) {
    const region = stage === undefined ? undefined : String(ofStage(stages, stage)['region']);
    const client = new DynamoDBClient({ ...RETRIES, ...(region !== undefined && { region }) });
    return { client, name: table, privateLayerPrefix: prefix };
  }
  if (stage === undefined) throw new UsageError('--stage or --table is required: whose grants?');
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
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  return { client, name, privateLayerPrefix: privateLayerPrefix(stages, 'local') };
}
