import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { MINUTE, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { LONGEST_CACHE_LIFE } from '../../../lib/signing-keys/index.ts';
import { REPLACED_AT } from '../keys/replace-processes.ts';
import { moveLiveAlias, readLiveAlias, type LiveAlias } from '../live-alias.ts';
import { type StageClients } from '../stage-clients.ts';

/** The time for which a former process may hold the former key, with an allowance for clocks that differ. */
const UNTIL_FORGOTTEN: Milliseconds = LONGEST_CACHE_LIFE + toMilliseconds(5 * MINUTE);

/**
 * Prepares a deployment by CodeDeploy. CodeDeploy refuses it if an alias is not on the version that CloudFormation knows ("The Lambda
 * function alias version does not match the current version in AppSpec file"), and an emergency moves the aliases.
 *
 * An alias on the version of an emergency returns to CloudFormation's, which has the same code. It does so only when no process of
 * that version can sign with the former key any more.
 *
 * @param stage - the stage's name
 * @param print - gets a line for each alias that returns, and one if the aliases cannot be read; the deployment continues then
 * @returns the reason if the stage cannot be deployed by CodeDeploy now, with the way out; undefined if it can
 * @throws errors of Lambda, if an alias cannot be moved
 */
export async function settleAliases(
  clients: StageClients,
  stage: string,
  clock: Pick<Clock, 'now'>,
  print: (line: string) => void,
): Promise<string | undefined> {
  let moved: Moved[];
  try {
    moved = await movedAliases(clients);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    print(`The versions of the functions were not checked: ${reason}`);
    return undefined;
  }
  const obstacle = moved.map((one) => obstacleOf(one, stage, clock)).find((reason) => reason !== undefined);
  if (obstacle !== undefined) return obstacle;
  for (const { name, alias, known } of moved) {
    await moveLiveAlias(clients.lambda, name, alias, known);
    print(`${name} serves version ${known} again, as before the emergency.`);
  }
  return undefined;
}

/** A function with an alias on another version than the one that CloudFormation knows. */
interface Moved {
  readonly name: string;
  readonly alias: LiveAlias;
  readonly known: string;
  /** The moment of the emergency that moved it; undefined if something else did. */
  readonly emergency: Milliseconds | undefined;
}

async function movedAliases(clients: StageClients): Promise<Moved[]> {
  const moved: Moved[] = [];
  for (const [name, known] of await versionsOf(clients)) {
    const alias = await readLiveAlias(clients.lambda, name);
    if (alias === undefined || (alias.version === known && alias.shares.length === 0)) continue;
    moved.push({ name, alias, known, emergency: await emergencyOf(clients, name, alias, known) });
  }
  return moved;
}

/** Lists the version of each function that CloudFormation knows. */
async function versionsOf({ cloudFormation, stack }: StageClients): Promise<[string, string][]> {
  const found: [string, string][] = [];
  try {
    for await (const { StackResourceSummaries } of paginateListStackResources(
      { client: cloudFormation },
      { StackName: stack },
    )) {
      for (const { ResourceType, PhysicalResourceId = '' } of StackResourceSummaries ?? []) {
        const [version, name] = PhysicalResourceId.split(':').reverse();
        if (ResourceType === 'AWS::Lambda::Version' && name && version) found.push([name, version]);
      }
    }
  } catch (error) {
    // The first deployment.
    if (error instanceof Error && error.message.includes('does not exist')) return [];
    throw error;
  }
  return found;
}

async function emergencyOf(
  { lambda }: StageClients,
  name: string,
  { version, shares }: LiveAlias,
  known: string,
): Promise<Milliseconds | undefined> {
  const [now, before] = await Promise.all(
    [version, known].map((Qualifier) =>
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier })),
    ),
  );
  const at = now?.Environment?.Variables?.[REPLACED_AT];
  if (at === undefined || shares.length > 0 || now?.CodeSha256 !== before?.CodeSha256) return undefined;
  return Date.parse(at);
}

function obstacleOf(
  { name, alias, known, emergency }: Moved,
  stage: string,
  clock: Pick<Clock, 'now'>,
): string | undefined {
  const atOnce = `To deploy now, to all requests at once: npm run deploy -- --stage ${stage} --param gradualDeployment=AllAtOnce`;
  if (emergency === undefined) {
    const versions = [alias.version, ...alias.shares].join(' and ');
    return `${name} serves version ${versions}, and CloudFormation knows ${known}: something else has moved its alias, so CodeDeploy would refuse the deployment. ${atOnce}`;
  }
  const from = emergency + UNTIL_FORGOTTEN;
  if (clock.now() >= from) return undefined;
  return `The processes of ${name} were replaced for a new signing key. Until ${new Date(from).toISOString()} a former one could sign with the former key, so a gradual deployment has to wait. ${atOnce}`;
}
