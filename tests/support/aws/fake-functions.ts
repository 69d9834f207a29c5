import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { type StageClients } from '../../../tools/cli/stage-clients.ts';
import {
  jsonAnswer,
  listenOnLoopback,
  type HttpAnswer,
  type HttpRequest,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';

/** `$LATEST`, or the number of a published version. */
type Qualifier = string;

interface Version {
  variables: Record<string, string>;
  code: string;
  state: 'Pending' | 'Active';
  status: 'Successful' | 'InProgress';
}

interface Alias {
  version: Qualifier;
  weights: Record<Qualifier, number>;
  revision: number;
}

/** A function of the fake Lambda. */
export interface FakeFunction {
  readonly versions: Map<Qualifier, Version>;
  alias: Alias | undefined;
  revision: number;
  /** The key that a warm process of each version holds. */
  readonly warm: Map<Qualifier, string>;
}

const Update = z.strictObject({
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }),
  RevisionId: z.string(),
});
const Publish = z.strictObject({ CodeSha256: z.string() });
const Move = z.strictObject({
  FunctionVersion: z.string(),
  RoutingConfig: z.strictObject({ AdditionalVersionWeights: z.record(z.string(), z.number()) }),
  RevisionId: z.string(),
});

/** Makes the clients of the stage `prod` for a server of {@link FakeFunctions}. */
export function clientsOf({ url }: LoopbackServer): StageClients {
  const options = {
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  return {
    lambda: new LambdaClient(options),
    cloudFormation: new CloudFormationClient(options),
    stack: 'layermint-prod',
    region: 'eu-central-1',
  };
}

const PATH = /^\/2015-03-31\/functions\/(?<name>[^/]+)\/(?<part>configuration|versions|aliases\/live)$/;

const failure = (status: number, type: string): HttpAnswer => {
  const answer = jsonAnswer(status, { Type: 'User', Message: type });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': type } };
};

/**
 * Lambda and CloudFormation, as far as the commands use them to replace processes: functions with versions, an alias, and warm
 * processes, each with the key that it read when it started. It keeps AWS's rules: a change replaces the processes of `$LATEST`
 * alone, is refused while another is under way or if the revision is not the latest, and a version is never changed.
 */
export class FakeFunctions {
  readonly functions = new Map<string, FakeFunction>();
  /** The calls that change something, in order. */
  readonly changes: string[] = [];
  /** The key that a process reads when it starts. */
  currentKey = 'leaked';
  /** `none` for no stack. */
  stackStatus = 'UPDATE_COMPLETE';
  /** The versions that the stack knows, by function. */
  stackVersions: Record<string, Qualifier> = {};
  /** The number of reads of a version before a change of it is done. */
  looks = 0;
  /** Runs before each change. */
  beforeChange: (change: string) => void = () => undefined;
  /** Runs after each change. */
  afterChange: (change: string) => void = () => undefined;
  #left = 0;

  /** Adds a function with a warm process; with `version`, the API invokes it through an alias on this version. */
  add(name: string, version?: Qualifier): FakeFunction {
    const latest: Version = { variables: { A: 'a' }, code: 'code', state: 'Active', status: 'Successful' };
    const added: FakeFunction = {
      versions: new Map([['$LATEST', latest]]),
      alias: version === undefined ? undefined : { version, weights: {}, revision: 1 },
      revision: 1,
      warm: new Map([[version ?? '$LATEST', this.currentKey]]),
    };
    if (version !== undefined) {
      added.versions.set(version, structuredClone(latest));
      this.stackVersions[name] = version;
    }
    this.functions.set(name, added);
    return added;
  }

  /** Finds a function. @throws Error if it is not there */
  get(name: string): FakeFunction {
    const found = this.functions.get(name);
    if (found === undefined) throw new Error(`There is no function ${name}.`);
    return found;
  }

  /** Sends a request to every version to which the API's requests go, and lists the keys that their processes sign with. */
  keysInUse(name: string): string[] {
    const { alias, warm } = this.get(name);
    const reached = alias === undefined ? ['$LATEST'] : [alias.version, ...Object.keys(alias.weights)];
    return reached.map((qualifier) => {
      const key = warm.get(qualifier) ?? this.currentKey;
      warm.set(qualifier, key);
      return key;
    });
  }

  /** Serves both on a port of this machine. */
  listen(): ReturnType<typeof listenOnLoopback> {
    return listenOnLoopback((request) => Promise.resolve(this.#answer(request)));
  }

  #answer(request: HttpRequest): HttpAnswer {
    const { name, part } = PATH.exec(decodeURIComponent(request.path))?.groups ?? {};
    if (name === undefined || part === undefined) return this.#stack(new URLSearchParams(request.body));
    const found = this.functions.get(name);
    if (found === undefined) return failure(404, 'ResourceNotFoundException');
    if (request.method === 'GET') return this.#perform(part, found, request);
    const change = `${request.method} ${name} ${part}`;
    this.beforeChange(change);
    this.changes.push(change);
    const answer = this.#perform(part, found, request);
    this.afterChange(change);
    return answer;
  }

  #perform(part: string, found: FakeFunction, request: HttpRequest): HttpAnswer {
    if (part === 'configuration') return this.#configuration(found, request);
    if (part === 'versions') return this.#publish(found, request);
    return this.#alias(found, request);
  }

  #configuration(found: FakeFunction, { method, query, body }: HttpRequest): HttpAnswer {
    const qualifier = query.get('Qualifier') ?? '$LATEST';
    const version = found.versions.get(qualifier);
    if (version === undefined) return failure(404, 'ResourceNotFoundException');
    if (method === 'PUT') {
      const { Environment, RevisionId } = Update.parse(JSON.parse(body));
      if (version.status === 'InProgress') return failure(409, 'ResourceConflictException');
      if (RevisionId !== String(found.revision)) return failure(412, 'PreconditionFailedException');
      found.revision += 1;
      Object.assign(version, { variables: Environment.Variables, status: 'InProgress' });
      found.warm.delete('$LATEST');
      this.#left = this.looks;
    } else if (this.#left > 0) this.#left -= 1;
    else Object.assign(version, { status: 'Successful', state: 'Active' });
    return jsonAnswer(200, {
      Environment: { Variables: version.variables },
      CodeSha256: version.code,
      State: version.state,
      LastUpdateStatus: version.status,
      RevisionId: String(found.revision),
    });
  }

  #publish(found: FakeFunction, { body }: HttpRequest): HttpAnswer {
    const latest = found.versions.get('$LATEST');
    if (latest?.status !== 'Successful') return failure(409, 'ResourceConflictException');
    if (Publish.parse(JSON.parse(body)).CodeSha256 !== latest.code)
      return failure(400, 'InvalidParameterValueException');
    const numbers = [...found.versions.keys()].map(Number).filter((number) => !Number.isNaN(number));
    const number = String(Math.max(0, ...numbers) + 1);
    found.versions.set(number, { ...structuredClone(latest), state: 'Pending' });
    this.#left = this.looks;
    return jsonAnswer(201, { Version: number, State: 'Pending' });
  }

  #alias(found: FakeFunction, { method, body }: HttpRequest): HttpAnswer {
    const { alias } = found;
    if (alias === undefined) return failure(404, 'ResourceNotFoundException');
    if (method === 'PUT') {
      const { FunctionVersion, RoutingConfig, RevisionId } = Move.parse(JSON.parse(body));
      if (RevisionId !== String(alias.revision)) return failure(412, 'PreconditionFailedException');
      if (found.versions.get(FunctionVersion)?.state !== 'Active')
        return failure(400, 'InvalidParameterValueException');
      alias.version = FunctionVersion;
      alias.weights = RoutingConfig.AdditionalVersionWeights;
      alias.revision += 1;
    }
    return jsonAnswer(200, {
      FunctionVersion: alias.version,
      RoutingConfig: { AdditionalVersionWeights: alias.weights },
      RevisionId: String(alias.revision),
    });
  }

  /** CloudFormation's part, in AWS's query protocol. */
  #stack(query: URLSearchParams): HttpAnswer {
    const action = query.get('Action') ?? '';
    const xml = (status: number, body: string): HttpAnswer => ({
      status,
      headers: { 'content-type': 'text/xml' },
      body,
    });
    if (this.stackStatus === 'none') {
      const message = 'Stack with id layermint-prod does not exist';
      return xml(
        400,
        `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
    }
    const resources = Object.entries(this.stackVersions).map(
      ([name, version]) =>
        `<member><LogicalResourceId>Version</LogicalResourceId><ResourceType>AWS::Lambda::Version</ResourceType><PhysicalResourceId>arn:aws:lambda:eu-central-1:111122223333:function:${name}:${version}</PhysicalResourceId></member>`,
    );
    const results: Readonly<Record<string, string>> = {
      DescribeStacks: `<Stacks><member><StackName>stack</StackName><StackStatus>${this.stackStatus}</StackStatus></member></Stacks>`,
      ListStackResources: `<StackResourceSummaries>${resources.join('')}</StackResourceSummaries>`,
    };
    const result = `<${action}Result>${results[action] ?? ''}</${action}Result>`;
    return xml(200, `<${action}Response>${result}</${action}Response>`);
  }
}
