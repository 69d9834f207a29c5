import { recursionDetectionMiddleware } from '@aws-sdk/core/client';
import { AwsSdkSigV4Signer } from '@aws-sdk/core/httpAuthSchemes';
import { HttpRequest } from '@smithy/core/protocols';
import { retryMiddleware, StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  SMITHY_CONTEXT_KEY,
  type AwsCredentialIdentity,
  type FinalizeHandler,
  type NodeHttpHandlerOptions,
} from '@smithy/types';
import { InvariantError } from '../../../lib/runtime/errors.ts';
import { turnsOfCalls } from './turns.ts';
import { bodyOf } from './request-body.ts';
import { readAnswer, type AnswerRules, type Output } from './service-answer.ts';
import { endpointOf, type Endpoint } from './service-endpoint.ts';
import { Sha256 } from './sha256.ts';

/** A service of AWS that speaks AWS JSON, and the part of it that differs from others. */
export interface Service extends AnswerRules {
  /** In the domain and in the scope of a signature, such as `dynamodb`. */
  readonly name: string;
  /** The end of the variable that names another endpoint, such as `DYNAMODB`. */
  readonly variable: string;
  /** Before the operation in the header X-Amz-Target. */
  readonly target: string;
  /** The version of AWS JSON. */
  readonly json: '1.0' | '1.1';
  /** The first pause before another attempt, in milliseconds; absent = the SDK's. */
  readonly retryDelay?: number;
  /** Turns members of an answer from JSON into the SDK's types. */
  readonly revive?: (output: Output) => Output;
}

/** The settings of a client that our code makes. All others of the SDK are left out. */
export interface Settings {
  readonly maxAttempts: number;
  readonly requestHandler: NodeHttpHandlerOptions;
}

/** A call to an operation. */
export abstract class Command<Input extends object> {
  /** AWS's name of the operation. */
  abstract readonly operation: string;
  readonly input: Input;

  constructor(input: Input) {
    this.input = input;
  }
}

type Attempt = FinalizeHandler<object, Output>;
type Middleware = (next: Attempt) => Attempt;

/** The part of the SDK's handler that sends. */
interface Sender {
  handle(
    request: Parameters<AwsSdkSigV4Signer['sign']>[0],
    options?: SendOptions,
  ): ReturnType<NodeHttpHandler['handle']>;
}

/** The place of a middleware, as the SDK names it. */
interface Place {
  readonly relation: string;
  readonly toMiddleware: string;
}

/** The options of a call. */
interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

// The signer has the credentials already.
const NO_IDENTITY = { accessKeyId: '', secretAccessKey: '' };

const SIGNER = new AwsSdkSigV4Signer();

// For the records of CloudTrail.
const USER_AGENT = `layermint exec-env/${process.env['AWS_EXECUTION_ENV'] ?? 'unknown'}`;

/**
 * Stands in for a client of the AWS SDK in a bundle. It signs, sends, tries again and follows the trace as the SDK does, by the SDK's
 * own parts. It leaves out the parts for all operations, protocols, regions and sources of configuration, which are nine tenths of a
 * client and of its start: a function takes its credentials and region from the environment, and calls operations whose input is
 * already the JSON that AWS expects.
 *
 * Whatever it leaves out, it refuses: an import of another command fails the build, and a setting that it does not follow fails the
 * start of the function. tests/unit/packaging/aws-clients compares the requests and answers with those of the SDK's client.
 */
export class ServiceClient {
  /** The one use of the SDK's middleware in our code: to look at the deadline before each attempt. */
  readonly middlewareStack = {
    addRelativeTo: (middleware: Middleware, { relation, toMiddleware }: Place): void => {
      if (relation !== 'after' || toMiddleware !== 'retryMiddleware')
        throw new InvariantError(
          'The AWS clients of a bundle take a middleware after "retryMiddleware" only',
        );
      this.#beforeAttempt.push(middleware);
    },
  };

  readonly #service: Service;
  readonly #endpoint: Endpoint;
  readonly #turns = turnsOfCalls();
  readonly #handler: Sender;
  readonly #retry: Parameters<typeof retryMiddleware>[0];
  readonly #signing: { readonly signer: () => Promise<SignatureV4>; systemClockOffset: number };
  readonly #beforeAttempt: Middleware[] = [];

  constructor(service: Service, { maxAttempts, requestHandler, ...others }: Settings) {
    refuse('setting', others);
    const region = process.env['AWS_REGION'];
    if (!region) throw new InvariantError('AWS_REGION is not set');
    this.#service = service;
    this.#endpoint = endpointOf(service.name, service.variable, region, process.env);
    this.#handler = new NodeHttpHandler(requestHandler);
    const strategy = new StandardRetryStrategy({
      maxAttempts,
      ...(service.retryDelay !== undefined && { baseDelay: service.retryDelay }),
    });
    this.#retry = {
      maxAttempts: () => Promise.resolve(maxAttempts),
      retryStrategy: () => Promise.resolve(strategy),
    };
    const credentials = credentialsIn(process.env);
    const signer = Promise.resolve(
      new SignatureV4({ credentials, region, service: service.name, sha256: Sha256 }),
    );
    this.#signing = { signer: () => signer, systemClockOffset: 0 };
  }

  /**
   * Calls an operation.
   *
   * @throws ServiceError if the service refuses or fails; an Error named AbortError or TimeoutError, or of Node.js, if there is no answer
   */
  async send(command: Command<object>, { abortSignal, ...others }: SendOptions = {}): Promise<Output> {
    refuse('option', others);
    const { target, json } = this.#service;
    const { hostname, port } = this.#endpoint;
    const body = bodyOf(command.input);
    const request = new HttpRequest({
      ...this.#endpoint,
      ...{ method: 'POST', body },
      headers: {
        'content-type': `application/x-amz-json-${json}`,
        'x-amz-target': `${target}.${command.operation}`,
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': USER_AGENT,
        host: port === undefined ? hostname : `${hostname}:${port}`,
      },
    });
    const context = { [SMITHY_CONTEXT_KEY]: { ...(abortSignal && { abortSignal }) } };
    let attempt: Attempt = ({ request: toSend }) => this.#attempt(toSend as HttpRequest, abortSignal);
    for (const middleware of this.#beforeAttempt) attempt = middleware(attempt);
    await this.#turns.next();
    const call = recursionDetectionMiddleware()(retryMiddleware(this.#retry)(attempt, context), context);
    const { output } = (await call({ input: {}, request })) as { readonly output: Output };
    return this.#service.revive?.(output) ?? output;
  }

  /** Sends a request once. The SDK's signer also learns from the answer how far the clock of this machine is off. */
  async #attempt(request: HttpRequest, abortSignal?: AbortSignal): ReturnType<Attempt> {
    const properties = { config: this.#signing, context: {} };
    const signed = await SIGNER.sign(request, NO_IDENTITY, properties);
    try {
      const { response } = await this.#handler.handle(signed, abortSignal && { abortSignal });
      const output = await readAnswer(response, this.#service);
      SIGNER.successHandler(response, properties);
      return { response, output };
    } catch (error) {
      return SIGNER.errorHandler(properties)(error as Error);
    } finally {
      this.#turns.ended();
    }
  }
}

/** @throws InvariantError if a client is given more than it follows */
function refuse(kind: 'setting' | 'option', others: object): void {
  const names = Object.keys(others);
  if (names.length > 0)
    throw new InvariantError(`The AWS clients of a bundle have no ${kind} ${names.join(', ')}`);
}

/** Reads the credentials of the function's role, which Lambda puts into its environment. @throws InvariantError without them */
function credentialsIn(env: NodeJS.ProcessEnv): AwsCredentialIdentity {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = env['AWS_SESSION_TOKEN'];
  if (!accessKeyId || !secretAccessKey)
    throw new InvariantError('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
