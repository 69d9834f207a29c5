import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { Logger } from '../../../../lib/runtime/log.ts';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import type { Listening, Place } from '../listening.ts';
import { type HttpRequest, type HttpResponse, json, serveHttp } from './http-server.ts';
import { FunctionError, type Invoke } from '../lambda/index.ts';
import { accessLogFields, type AccessFacts, type AccessLogFormat } from './access-log.ts';
import { type Cors, isPreflight, withCors } from './cors.ts';
import type { Authorizer } from './authorizer.ts';
import { buildEvent, parseTarget, withAuthorizer } from './event.ts';
import { JwtAuthorizer, type JwtAuthorizerConfig } from './jwt-authorizer.ts';
import { RequestAuthorizer, type RequestAuthorizerConfig } from './request-authorizer.ts';
import { readResult } from './result.ts';
import type { Throttle } from './throttle.ts';
import { matchRoute, type Route } from './routes.ts';

/** An HTTP API as serverless.yml configures it. */
export interface HttpApi {
  readonly routes: readonly Route[];
  /** By name. */
  readonly authorizers: Readonly<Record<string, JwtAuthorizerConfig | RequestAuthorizerConfig>>;
  readonly cors: Cors | undefined;
  /**
   * The path below which the API's domain serves it, such as `/layermint` (the key of its API mapping). Absent = the root. As on
   * AWS, where the API has a second address without it, requests outside this path reach the API too.
   */
  readonly basePath?: string;
  /** Absent = no access log. */
  readonly accessLog?: AccessLogFormat;
}

/** Answers a request outside the API; undefined leaves it to the API. */
export type LocalRoute = (request: HttpRequest) => Promise<HttpResponse | undefined>;

/** A request that the API has answered, as its metrics count it. */
export interface AnsweredRequest {
  readonly status: number;
  readonly latency: Milliseconds;
  /** The time that the function took. Undefined if none was called. */
  readonly integrationLatency: Milliseconds | undefined;
  /** It was refused with 429 before any function. */
  readonly throttled: boolean;
}

export interface GatewayOptions extends Place {
  readonly api: HttpApi;
  readonly invoke: Invoke;
  readonly clock: Clock;
  readonly log: Logger;
  /** Refuses requests of a route that gets too many. Absent = none. */
  readonly throttle?: Throttle;
  /** Learns of every answer of the API, local routes excluded. */
  readonly answered?: (request: AnsweredRequest) => void;
  /** Asked in turn before the API. */
  readonly localRoutes?: readonly LocalRoute[];
}

/** The longest body that API Gateway accepts (quotas for HTTP APIs: payload size). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Quotas for HTTP APIs: total combined size of request line and header values. */
const MAX_HEADER_BYTES = 10_240;

/**
 * Serves an HTTP API as API Gateway does: the same routing, authorizers, events, answers and limits.
 *
 * @throws {PortTakenError} if another process listens on the port
 */
export async function startGateway(options: GatewayOptions): Promise<Listening> {
  const { port, network, api, clock, log, localRoutes = [] } = options;
  const authorizers = new Map(
    Object.entries(api.authorizers).map(([name, config]) => [name, authorizerOf(config, options)]),
  );

  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      const answered = (await answerLocally(request)) ?? (await answerApi(request));
      return api.cors === undefined ? answered : withCors(api.cors, request, answered);
    } catch (error) {
      return requestFailed(error, log);
    }
  };

  const answerLocally = async (request: HttpRequest): Promise<HttpResponse | undefined> => {
    for (const local of localRoutes) {
      const response = await local(request);
      if (response !== undefined) return response;
    }
    return undefined;
  };

  /** Answers a request, and writes its line of the access log. */
  const answerApi = async (request: HttpRequest): Promise<HttpResponse> => {
    const startedAt = clock.now();
    const facts: AccessFacts = { requestId: randomUUID() };
    const response = await routed(request, facts);
    const latency = clock.now() - startedAt;
    Object.assign(facts, { status: response.status, responseLatency: latency });
    const ofFunction = facts['integration.latency'];
    const integrationLatency = typeof ofFunction === 'number' ? ofFunction : undefined;
    const throttled = response.status === 429 && integrationLatency === undefined;
    options.answered?.({ status: response.status, latency, integrationLatency, throttled });
    if (api.accessLog) log.info('access log', accessLogFields(api.accessLog, facts));
    return response;
  };

  /** Answers a request. @param facts - gets the facts for the access log */
  const routed = async (request: HttpRequest, facts: AccessFacts): Promise<HttpResponse> => {
    const { body } = request;
    if (body === undefined) return json(413, { message: 'Request Entity Too Large' });
    const target = parseTarget(request.target);
    if (target === undefined) return json(400, { message: 'Bad Request' });
    const match = matchRoute(api.routes, request.method, withoutBasePath(target.path, api.basePath));
    if (match === undefined) {
      const answersPreflight = api.cors !== undefined && isPreflight(request);
      return answersPreflight ? { status: 204 } : json(404, { message: 'Not Found' });
    }
    const { route } = match;
    facts.routeKey = route.key;
    if (options.throttle?.admits(route.key) === false) return json(429, { message: 'Too Many Requests' });
    const { requestId } = facts;
    const event = buildEvent({ ...request, body }, target, match, { requestId, clock });
    const authorization =
      route.authorizer === undefined
        ? undefined
        : await authorizers.get(route.authorizer)?.authorize(request, route.scopes ?? [], event);
    if (route.authorizer !== undefined && authorization === undefined) {
      throw new TypeError(
        `The route "${route.key}" has an authorizer that is not configured: ${route.authorizer}`,
      );
    }
    if (authorization?.authorized === false) {
      const { error, response } = authorization;
      facts['authorizer.error'] = error;
      log.info('refused by the authorizer', { route: route.key, status: response.status, reason: error });
      return response;
    }
    const response = await callFunction(route, withAuthorizer(event, authorization?.context), facts);
    return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
  };

  /** Calls a function. The client gets the same 500 for every failure, without its reason. */
  const callFunction = async (route: Route, event: unknown, facts: AccessFacts): Promise<HttpResponse> => {
    const startedAt = clock.now();
    try {
      return readResult(await options.invoke(route.functionName, event));
    } catch (error) {
      const fields = failureFields(error);
      facts.integrationErrorMessage = fields.error;
      log.error('The function failed', { function: route.functionName, ...fields });
      return json(500, { message: 'Internal Server Error' });
    } finally {
      facts['integration.latency'] = clock.now() - startedAt;
    }
  };

  return serveHttp(
    async (request) => {
      const startedAt = clock.now();
      const response = await answer(request);
      // Neither query string nor headers: both can hold secrets.
      const path = parseTarget(request.target)?.path ?? '';
      log.debug('request', {
        method: request.method,
        path,
        status: response.status,
        milliseconds: clock.now() - startedAt,
      });
      return response;
    },
    { port, network, maxBodyBytes: MAX_BODY_BYTES, maxHeaderBytes: MAX_HEADER_BYTES },
  );
}

function authorizerOf(
  config: JwtAuthorizerConfig | RequestAuthorizerConfig,
  { invoke, clock }: GatewayOptions,
): Authorizer {
  return 'functionName' in config
    ? new RequestAuthorizer(config, invoke, clock)
    : new JwtAuthorizer(config, clock);
}

/** Removes the base path, unless the request came to the API's other address. The function sees the whole path, as on AWS. */
function withoutBasePath(path: string, basePath = ''): string {
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}

/** Logs the failure of a request. The client gets the same 500 for each, without its reason. */
export function requestFailed(error: unknown, log: Logger): HttpResponse {
  log.error('The request failed', failureFields(error));
  return json(500, { message: 'Internal Server Error' });
}

function failureFields(error: unknown): { error: string; reason: string; place: readonly string[] } {
  const failure = error instanceof FunctionError ? error : FunctionError.from(error);
  return { error: failure.errorType, reason: failure.message, place: failure.trace.split('\n') };
}
