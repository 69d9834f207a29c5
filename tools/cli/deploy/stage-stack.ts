import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { stackName } from '../../../infra/stages/stages.ts';

/** A stage's CloudFormation stack at a moment. */
export interface StackState {
  /** Such as `UPDATE_COMPLETE`. */
  readonly status: string;
  /** The values of its outputs by their keys. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The id of its newest event. */
  readonly newestEvent: string | undefined;
  /** True if CloudFormation refuses to delete it. */
  readonly isProtected: boolean;
}

/** A resource that CloudFormation could not create, change or delete. */
export interface StackFailure {
  /** Its logical id, such as `Table`. */
  readonly resource: string;
  /** Such as `AWS::DynamoDB::Table`. */
  readonly type: string;
  readonly reason: string;
}

/** The CloudFormation stack of a stage. */
export interface StageStack {
  readonly name: string;
  readonly region: string;
  /** Reads its state. @returns undefined if there is no such stack. @throws Error that names the stack and the reason */
  read(): Promise<StackState | undefined>;
  /**
   * Reads the failures of an operation, the first one first.
   *
   * @param event - the newest event before the operation; undefined for all events
   * @returns an empty list if they cannot be read
   */
  failuresSince(event: string | undefined): Promise<StackFailure[]>;
}

/** Recognizes CloudFormation's answer for a stack that does not exist. It has no error code of its own. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('does not exist');

/** Makes the error for a stack that cannot be read. @param error - of the AWS SDK */
export function unreadable(name: string, region: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(
    `The CloudFormation stack ${name} in ${region} cannot be read: ${reason}. To see whose credentials are used: aws sts get-caller-identity`,
    { cause: error },
  );
}

/** Opens the stack of a stage with the AWS credentials of this process. */
export function stackOf(stage: string, region: string): StageStack {
  const name = stackName(stage);
  const client = new CloudFormationClient({ region });
  return {
    name,
    region,
    read: async () => {
      try {
        const [{ Stacks }, { StackEvents }] = await Promise.all([
          client.send(new DescribeStacksCommand({ StackName: name })),
          client.send(new DescribeStackEventsCommand({ StackName: name })),
        ]);
        const [stack] = Stacks ?? [];
        if (stack === undefined) return undefined;
        const outputs = stack.Outputs ?? [];
        return {
          status: stack.StackStatus ?? '',
          outputs: Object.fromEntries(outputs.map((one) => [one.OutputKey ?? '', one.OutputValue ?? ''])),
          newestEvent: StackEvents?.[0]?.EventId,
          isProtected: stack.EnableTerminationProtection === true,
        };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw unreadable(name, region, error);
      }
    },
    failuresSince: async (event) => failuresIn(await eventsSince(event, name, client)),
  };
}

/** Reads events, the newest first. */
async function eventsSince(
  event: string | undefined,
  name: string,
  client: CloudFormationClient,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await client.send(
        new DescribeStackEventsCommand({ StackName: name, ...(token !== undefined && { NextToken: token }) }),
      );
      for (const one of page.StackEvents ?? []) {
        if (one.EventId === event) return events;
        events.push(one);
      }
      token = page.NextToken;
    } while (token !== undefined);
  } catch {
    // The command has failed already. Its own error matters more.
  }
  return events;
}

/** CloudFormation gives this reason to everything that was under way when the first resource failed. */
const CANCELLED = /^Resource (?:creation|update) cancelled/i;

function failuresIn(events: readonly StackEvent[]): StackFailure[] {
  return events
    .filter(({ ResourceStatus = '', ResourceStatusReason = '' }) => {
      return ResourceStatus.endsWith('_FAILED') && !CANCELLED.test(ResourceStatusReason);
    })
    .toReversed()
    .map(({ LogicalResourceId = '', ResourceType = '', ResourceStatusReason = 'no reason given' }) => ({
      resource: LogicalResourceId,
      type: ResourceType,
      reason: ResourceStatusReason,
    }));
}
