import { listenOnLoopback, type HttpRequest } from '../../../tools/local/stand-ins/loopback-server.ts';

/** An event of the stack, as the test gives it. */
export interface FakeEvent {
  readonly id: string;
  readonly resource: string;
  readonly status: string;
  readonly reason?: string;
}

/** A CloudFormation with one stack or none. It answers DescribeStacks and DescribeStackEvents, and records what it is asked for. */
export interface FakeCloudFormation {
  readonly url: string;
  /** Undefined: there is no stack. */
  stack:
    | {
        readonly status: string;
        readonly outputs?: Readonly<Record<string, string>>;
        readonly isProtected?: boolean;
      }
    | undefined;
  /** The newest first, two to a page. */
  events: readonly FakeEvent[];
  readonly asked: string[];
  close(): Promise<void>;
}

const PAGE = 2;

/** Starts one on a free port of this machine. The AWS SDK finds it through AWS_ENDPOINT_URL. */
export async function startFakeCloudFormation(): Promise<FakeCloudFormation> {
  const fake: Omit<FakeCloudFormation, 'url' | 'close'> = { stack: undefined, events: [], asked: [] };
  const server = await listenOnLoopback((request: HttpRequest) => {
    const form = new URLSearchParams(request.body);
    const action = form.get('Action') ?? '';
    fake.asked.push(action);
    if (fake.stack === undefined)
      return Promise.resolve(
        xml(
          400,
          `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${form.get('StackName') ?? ''} does not exist</Message></Error></ErrorResponse>`,
        ),
      );
    const result =
      action === 'DescribeStacks'
        ? stacks(fake.stack)
        : events(fake.events, Number(form.get('NextToken') ?? 0));
    return Promise.resolve(
      xml(200, `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`),
    );
  });
  return Object.assign(fake, { url: server.url, close: () => server.close() });
}

function stacks({
  status,
  outputs = {},
  isProtected = false,
}: NonNullable<FakeCloudFormation['stack']>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<Stacks><member><StackName>layermint-prod</StackName><CreationTime>2027-01-31T12:00:00Z</CreationTime><StackStatus>${status}</StackStatus><EnableTerminationProtection>${isProtected}</EnableTerminationProtection><Outputs>${members.join('')}</Outputs></member></Stacks>`;
}

function events(all: readonly FakeEvent[], from: number): string {
  const members = all
    .slice(from, from + PAGE)
    .map(
      ({ id, resource, status, reason }) =>
        `<member><EventId>${id}</EventId><StackId>s</StackId><StackName>layermint-prod</StackName><Timestamp>2027-01-31T12:00:00Z</Timestamp><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>AWS::Test::${resource}</ResourceType><ResourceStatus>${status}</ResourceStatus>${reason === undefined ? '' : `<ResourceStatusReason>${reason}</ResourceStatusReason>`}</member>`,
    );
  const next = from + PAGE < all.length ? `<NextToken>${from + PAGE}</NextToken>` : '';
  return `<StackEvents>${members.join('')}</StackEvents>${next}`;
}

const xml = (status: number, body: string) => ({ status, headers: { 'content-type': 'text/xml' }, body });
