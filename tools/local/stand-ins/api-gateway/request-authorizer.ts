import * as z from 'zod';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { Milliseconds, Seconds } from '../../../../lib/runtime/time.ts';
import { ACCOUNT, REGION } from '../aws-account.ts';
import { FunctionError, type Invoke } from '../lambda/index.ts';
import { IdentitySource, type Authorization, type Authorizer } from './authorizer.ts';
import type { HttpApiEvent } from './event.ts';
import { type HttpRequest, json } from './http-server.ts';

/** A Lambda authorizer of payload format 2.0 with simple responses, as serverless.yml configures it. */
export interface RequestAuthorizerConfig {
  readonly functionName: string;
  /** `$request.header.<name>` */
  readonly identitySource: string;
  /** The time for which an answer counts for further requests with the same identity; 0 = not at all. */
  readonly resultTtl: Seconds;
}

const SimpleResponse = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).nullish(),
});

type SimpleResponse = z.infer<typeof SimpleResponse>;

/** An arbitrary bound: API Gateway does not document one. */
const MOST_ANSWERS = 1000;

/**
 * Asks a function about each request, as API Gateway's Lambda authorizers do (developer guide, "Control access to HTTP APIs with AWS
 * Lambda authorizers").
 *
 * Without the identity source, the answer is a 401, and the function is not called. An answer is kept by the identity source alone, for
 * all routes. An error with the message `Unauthorized` is a 401; any other, and an answer of another shape, is a 500. Neither is kept.
 */
export class RequestAuthorizer implements Authorizer {
  readonly #config: RequestAuthorizerConfig;
  readonly #identity: IdentitySource;
  readonly #invoke: Invoke;
  readonly #clock: Clock;
  readonly #answers = new Map<string, { readonly answer: SimpleResponse; readonly until: Milliseconds }>();

  constructor(config: RequestAuthorizerConfig, invoke: Invoke, clock: Clock) {
    this.#config = config;
    this.#identity = new IdentitySource(config.identitySource);
    this.#invoke = invoke;
    this.#clock = clock;
  }

  async authorize(
    request: HttpRequest,
    _routeScopes: readonly string[],
    event: HttpApiEvent,
  ): Promise<Authorization> {
    const identity = this.#identity.in(request);
    if (identity === undefined) return refusal(401, 'Unauthorized', 'the identity source is missing');
    try {
      const { isAuthorized, context } = await this.#answer(identity, event);
      if (!isAuthorized) return refusal(403, 'Forbidden', 'the function refuses the request');
      return { authorized: true, context: { lambda: context ?? {} } };
    } catch (error) {
      const { message } = FunctionError.from(error);
      return message === 'Unauthorized'
        ? refusal(401, 'Unauthorized', message)
        : refusal(500, 'Internal Server Error', message);
    }
  }

  async #answer(identity: string, event: HttpApiEvent): Promise<SimpleResponse> {
    const kept = this.#answers.get(identity);
    if (kept !== undefined && this.#clock.now() < kept.until) return kept.answer;
    this.#answers.delete(identity);
    const { functionName, resultTtl } = this.#config;
    const answer = SimpleResponse.parse(await this.#invoke(functionName, requestEvent(identity, event)));
    if (resultTtl > 0) this.#keep(identity, answer, resultTtl * 1000);
    return answer;
  }

  #keep(identity: string, answer: SimpleResponse, life: Milliseconds): void {
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined && this.#answers.size >= MOST_ANSWERS) this.#answers.delete(oldest);
    this.#answers.set(identity, { answer, until: this.#clock.now() + life });
  }
}

/** Makes the event of payload format 2.0 for an authorizer. It has no body. */
function requestEvent(identity: string, event: HttpApiEvent): object {
  const { body: _body, isBase64Encoded: _isBase64Encoded, ...request } = event;
  const { apiId, stage, http } = event.requestContext;
  return {
    ...request,
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}/${stage}/${http.method}${http.path}`,
    identitySource: [identity],
  };
}

function refusal(status: 401 | 403 | 500, message: string, error: string): Authorization {
  return { authorized: false, error, response: json(status, { message }) };
}
