import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { Logger } from '../../../../lib/runtime/log.ts';
import { type HttpRequest, type HttpResponse, type HttpServer, json, serveHttp } from './http-server.ts';
import { FunctionError, type Invoke } from '../lambda/index.ts';
import { type Cors, isPreflight, preflightResponse, withCors } from './cors.ts';
import { buildEvent, parseTarget } from './event.ts';
import { JwtAuthorizer, type JwtAuthorizerConfig } from './jwt-authorizer.ts';
import { readResult } from './result.ts';
import { matchRoute, type Route } from './routes.ts';

/** An HTTP API as serverless.yml configures it. */
export interface HttpApi {
  readonly routes: readonly Route[];
  /** By name. */
  readonly authorizers: Readonly<Record<string, JwtAuthorizerConfig>>;
  readonly cors: Cors | undefined;
}

/** Answers a request outside the API; undefined leaves it to the API. */
export type LocalRoute = (request: HttpRequest) => Promise<HttpResponse | undefined>;

export interface GatewayOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly api: HttpApi;
  readonly invoke: Invoke;
  readonly clock: Clock;
  readonly log: Logger;
  /** Asked in turn before the API. */
  readonly localRoutes?: readonly LocalRoute[];
}

/** The longest body that API Gateway accepts (quotas for HTTP APIs: payload size). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Quotas for HTTP APIs: total combined size of request line and header values. */
const MAX_HEADER_BYTES = 10_240;

/**
 * Serves an HTTP API on 127.0.0.1 as API Gateway does: the same routing, authorizers, events, answers and limits.
 *
 * @throws {PortTakenError} if another process listens on the port
 */
export async function startGateway(options: GatewayOptions): Promise<HttpServer> {
  const { port, api, clock, log, localRoutes = [] } = options;
  const authorizers = new Map(
    Object.entries(api.authorizers).map(([name, config]) => [name, new JwtAuthorizer(config, clock)]),
  );

  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      for (const local of localRoutes) {
        const response = await local(request);
        if (response !== undefined) return response;
      }
      if (api.cors === undefined) return await answerApi(request);
      if (isPreflight(request)) return preflightResponse(api.cors, request);
      return withCors(api.cors, request, await answerApi(request));
    } catch (error) {
      return requestFailed(error, log);
    }
  };

  const answerApi = async (request: HttpRequest): Promise<HttpResponse> => {
    const { body } = request;
    if (body === undefined) return json(413, { message: 'Request Entity Too Large' });
    const target = parseTarget(request.target);
    if (target === undefined) return json(400, { message: 'Bad Request' });
    const match = matchRoute(api.routes, request.method, target.path);
    if (match === undefined) return json(404, { message: 'Not Found' });
    const { route } = match;
    const authorization =
      route.authorizer === undefined
        ? undefined
        : await authorizers.get(route.authorizer)?.authorize(request, route.scopes ?? []);
    if (route.authorizer !== undefined && authorization === undefined) {
      throw new TypeError(
        `The route "${route.key}" has an authorizer that is not configured: ${route.authorizer}`,
      );
    }
    if (authorization?.authorized === false) {
      const { status, headers } = authorization.response;
      log.info('refused by the authorizer', {
        route: route.key,
        status,
        reason: headers?.['www-authenticate'],
      });
      return authorization.response;
    }
    const event = buildEvent({ ...request, body }, target, match, authorization?.jwt, clock);
    const response = await callFunction(route, event);
    return {
      ...response,
      headers: { ...response.headers, 'apigw-requestid': event.requestContext.requestId },
    };
  };

  /** Calls a function. The client gets the same 500 for every failure, without its reason. */
  const callFunction = async (route: Route, event: unknown): Promise<HttpResponse> => {
    try {
      return readResult(await options.invoke(route.functionName, event));
    } catch (error) {
      log.error('The function failed', { function: route.functionName, ...failureFields(error) });
      return json(500, { message: 'Internal Server Error' });
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
    { port, maxBodyBytes: MAX_BODY_BYTES, maxHeaderBytes: MAX_HEADER_BYTES },
  );
}

/** Logs the failure of a request. The client gets the same 500 for each, without its reason. */
export function requestFailed(error: unknown, log: Logger): HttpResponse {
  log.error('The request failed', failureFields(error));
  return json(500, { message: 'Internal Server Error' });
}

function failureFields(error: unknown): Record<string, string | readonly string[]> {
  const failure = error instanceof FunctionError ? error : FunctionError.from(error);
  return { error: failure.errorType, reason: failure.message, place: failure.trace.split('\n') };
}
