import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdated,
  waitUntilPublishedVersionActive,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { MINUTE, type Seconds } from '../../../lib/runtime/time.ts';
import { moveLiveAlias, readLiveAlias, type LiveAlias } from '../live-alias.ts';
import { type StageClients } from '../stage-clients.ts';

/** A variable that no function reads. A changed configuration makes Lambda replace all processes of a function. */
export const REPLACED_AT = 'PROCESSES_REPLACED_AT';

/** The longest that Lambda may take to change a function: with a VPC it makes network interfaces. */
const CHANGE: Seconds = 5 * MINUTE;

/**
 * Replaces every process of some functions, and waits until no request reaches a former one.
 *
 * A changed configuration replaces the processes of `$LATEST`. A process of a published version keeps running, so the functions of
 * a gradual stage get a new version with the same code, and their aliases move to it at once, without CodeDeploy.
 *
 * @param names - the names of the functions in Lambda
 * @throws Error if a deployment is under way, because it would move the aliases to former processes again; or if the code behind
 * an alias is not that of `$LATEST`. Nothing is changed then. Errors of AWS are passed on
 */
export async function replaceProcesses(clients: StageClients, names: readonly string[]): Promise<void> {
  const { lambda } = clients;
  const aliases = await Promise.all(names.map((name) => readLiveAlias(lambda, name)));
  if (aliases.some((alias) => alias !== undefined)) await assertNoDeployment(clients);
  const functions = await Promise.all(
    names.map(async (name, at) => ({ name, live: await settled(lambda, name, aliases[at]) })),
  );

  const over = new AbortController();
  try {
    await Promise.all(functions.map(({ name, live }) => replaceProcessesOf(lambda, name, live, over.signal)));
  } finally {
    // After a failure of one function, the others would be waited for in the background.
    over.abort();
  }
}

async function assertNoDeployment({ cloudFormation, stack, region }: StageClients): Promise<void> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
  const status = Stacks?.[0]?.StackStatus ?? '';
  // While it cleans up, the aliases are settled.
  if (!/(?<!CLEANUP)_IN_PROGRESS$/.test(status)) return;
  throw new Error(
    `A deployment of ${stack} is under way (${status}). It would move requests back to processes with the former key. ` +
      `Wait until it is done, or cancel it with \`aws cloudformation cancel-update-stack --stack-name ${stack} --region ${region}\` ` +
      'and wait until it is rolled back. Then run this command again.',
  );
}

/** An alias that is not about to move, and the code of its version. */
interface Settled {
  readonly alias: LiveAlias;
  /** Its SHA-256, as Lambda writes it. */
  readonly code: string | undefined;
}

async function settled(
  lambda: LambdaClient,
  name: string,
  alias: LiveAlias | undefined,
): Promise<Settled | undefined> {
  if (alias === undefined) return undefined;
  const [share] = alias.shares;
  if (share !== undefined) {
    throw new Error(
      `${name} shifts requests between its versions ${alias.version} and ${share}. Stop the deployment in CodeDeploy, with its ` +
        'rollback. Then run this command again.',
    );
  }
  const code = await codeOf(lambda, name, alias.version);
  if (code === (await codeOf(lambda, name))) return { alias, code };
  throw new Error(
    `The API uses version ${alias.version} of ${name}, and $LATEST has other code: a deployment has failed and was not rolled ` +
      'back. Deploy the stage, or let CloudFormation continue the rollback. Then run this command again.',
  );
}

async function codeOf(lambda: LambdaClient, name: string, version?: string): Promise<string | undefined> {
  const { CodeSha256 } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: version }),
  );
  return CodeSha256;
}

async function replaceProcessesOf(
  lambda: LambdaClient,
  name: string,
  live: Settled | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const waiter = { client: lambda, maxWaitTime: CHANGE, minDelay: 1, maxDelay: 5, abortSignal };
  // Lambda refuses a change while another one is under way.
  await waitUntilFunctionUpdated(waiter, { FunctionName: name });
  const { Environment, RevisionId } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: name }),
    { abortSignal },
  );
  const former = Environment?.Variables;
  // An update replaces all variables. Without permission for their KMS key they cannot be read, and would be lost.
  if (former === undefined) throw new Error(`The environment of the function ${name} cannot be read.`);
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: name,
      Environment: { Variables: { ...former, [REPLACED_AT]: new Date().toISOString() } },
      RevisionId,
    }),
    { abortSignal },
  );
  // Until then, processes of the former configuration get requests.
  await waitUntilFunctionUpdated(waiter, { FunctionName: name });
  if (live === undefined) return;
  const { Version = '' } = await lambda.send(
    // Publishes nothing if a deployment has changed the code meanwhile.
    new PublishVersionCommand({ FunctionName: name, CodeSha256: live.code }),
    { abortSignal },
  );
  await waitUntilPublishedVersionActive(waiter, { FunctionName: name, Qualifier: Version });
  await moveLiveAlias(lambda, name, live.alias, Version);
}
