import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { TABLE_PATH } from '../local/stack/routes/paths.ts';
import { ofStage, readStages, unknownStage, type Stages } from '../../infra/stages/stages.ts';
import { UsageError } from './errors.ts';
import { findTable } from './deploy/deployment.ts';
import { LocalStack, LoopbackUrl } from './local-stack.ts';
import { chosenStage, type StageOptions } from './stage-options.ts';

/** The options that choose a table. */
export interface TableOptions extends StageOptions {
  /** The table's name, in place of the one in the outputs of the stage's CloudFormation stack. */
  readonly table?: string | undefined;
}

/** A table of grants. */
export interface GrantTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** The beginning of every private layer's name, from the stage's parameters. */
  readonly privateLayerPrefix: string;
}

/** DynamoDB throttles thousands of writes sooner or later. `adaptive` then writes more slowly. */
const RETRIES = { maxAttempts: 8, retryMode: 'adaptive' };

/**
 * Finds the table of grants.
 *
 * @throws UsageError if there is no such stage or none is named; Error if its stack cannot be read
 */
export async function findGrantTable({ table, ...options }: TableOptions): Promise<GrantTable> {
  const chosen = chosenStage(options);
  const stages = await readStages();
  if (chosen?.kind === 'local') {
    if (table !== undefined)
      throw new UsageError('--table goes with --stage, not with --local (see --help).');
    return localTable(chosen.port, stages);
  }
  const stage = chosen?.name;
  const prefix = privateLayerPrefix(stages, stage ?? 'default');
  if (table !== undefined) {
    const region = stage === undefined ? undefined : String(ofStage(stages, stage)['region']);
    const client = new DynamoDBClient({ ...RETRIES, ...(region !== undefined && { region }) });
    await assertRegion(client);
    return { client, name: table, privateLayerPrefix: prefix };
  }
  if (stage === undefined) throw new UsageError('--stage, --local or --table is required (see --help).');
  const { name, region } = await findTable(stage);
  return { client: new DynamoDBClient({ ...RETRIES, region }), name, privateLayerPrefix: prefix };
}

/** Makes sure that the AWS SDK finds a region in its environment. @throws UsageError */
async function assertRegion(client: DynamoDBClient): Promise<void> {
  try {
    await client.config.region();
  } catch {
    throw new UsageError(
      'The AWS region of the table is not known: give --stage as well, or set AWS_REGION.',
    );
  }
}

function privateLayerPrefix(stages: Stages, stage: string): string {
  if (!Object.hasOwn(stages, stage)) throw new UsageError(unknownStage(stage, Object.keys(stages)));
  return String(ofStage(stages, stage)['privateLayerPrefix']);
}

const LocalTable = z.object({ name: z.string(), endpoint: LoopbackUrl });

/** Asks the service that `npm start` runs on this machine for its table. */
async function localTable(port: string | undefined, stages: Stages): Promise<GrantTable> {
  const stack = new LocalStack(port);
  const { name, endpoint } = await stack.read(TABLE_PATH, LocalTable);
  const client = new DynamoDBClient(stack.aws(endpoint));
  return { client, name, privateLayerPrefix: privateLayerPrefix(stages, 'local') };
}
