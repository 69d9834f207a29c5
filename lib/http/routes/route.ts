import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { errorFields } from '../../runtime/errors.ts';
import type { LogFields, Logger } from '../../runtime/log.ts';
import type { Milliseconds } from '../../runtime/time.ts';
import { problemOf } from '../problems/problem-of.ts';
import { Problem } from '../problems/problem.ts';
import { ROUTES, type OperationId } from './catalogue.ts';

/** A request as API Gateway's HTTP API passes it on (payload format 2.0). */
export type ApiEvent = APIGatewayProxyEventV2;

/** An answer for API Gateway. */
export type ApiResult = APIGatewayProxyStructuredResultV2;

/** A Lambda function behind API Gateway. */
export type ApiHandler = (event: ApiEvent, context: Context) => Promise<ApiResult>;

/** Tells the log about the request that is served. */
export type Note = (fields: LogFields) => void;

/** The time before Lambda ends the process at which the caller is answered. */
const ANSWER_BEFORE_TIMEOUT: Milliseconds = 250;

/**
 * Makes the Lambda function of an operation.
 *
 * @param respond - answers a request, with what the catalogue says of the route; see {@link serve}
 */
export function route<Id extends OperationId>(
  id: Id,
  log: Logger,
  respond: (event: ApiEvent, note: Note, route: (typeof ROUTES)[Id]) => Promise<ApiResult> | ApiResult,
): ApiHandler {
  return serve(id, log, (event, note) => respond(event, note, ROUTES[id]));
}

/**
 * Makes a Lambda function of what answers requests. Whatever is thrown becomes problem details, and every request is
 * logged in one line.
 *
 * @param operation - stands in the log line
 * @param respond - answers a request; what it gives to `note` stands in the log line
 */
export function serve(
  operation: OperationId | 'fallback',
  log: Logger,
  respond: (event: ApiEvent, note: Note) => Promise<ApiResult> | ApiResult,
): ApiHandler {
  return middy<ApiEvent, ApiResult, Error, Context & Noted>({ timeoutEarlyInMillis: ANSWER_BEFORE_TIMEOUT })
    .use(requestLog(operation, log))
    .use(problemDetails())
    .handler(async (event, context) =>
      respond(event, (fields) => Object.assign((context.noted ??= {}), fields)),
    );
}

/** A JSON answer. Nothing the API answers may be kept by a cache unless it says so. */
export function json(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** An answer without a body. */
export function noContent(): ApiResult {
  return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
}

interface Noted {
  /** The fields that the log was told of the request; made anew for each, though Lambda makes the context. */
  noted?: Record<string, LogFields[string]>;
}

type Layer = MiddlewareObj<ApiEvent, ApiResult, Error, Context & Noted>;

type Request = Parameters<NonNullable<Layer['after']>>[0];

function requestLog(operation: string, log: Logger): Layer {
  const fieldsOf = ({ event, response, context }: Request): LogFields => ({
    requestId: event.requestContext.requestId,
    operation,
    route: event.routeKey,
    status: response?.statusCode,
    ...context.noted,
  });
  return {
    after: (request) => {
      log.info('request served', fieldsOf(request));
    },
    onError: (request) => {
      const { error } = request;
      if (error instanceof Problem)
        log.info('request refused', { ...fieldsOf(request), ...refusalFields(error) });
      else log.error('request failed', { ...fieldsOf(request), ...errorFields(error) });
    },
  };
}

/** The number of faults and not their places: a pointer can hold the name of an unknown member, which is the caller's text. */
function refusalFields({ slug, errors }: Problem): LogFields {
  return { problem: slug, ...(errors && { faults: errors.length }) };
}

function problemDetails(): Layer {
  return {
    onError: (request) => {
      const problem = problemOf(request.error);
      request.response = {
        statusCode: problem.status,
        headers: {
          'content-type': 'application/problem+json',
          'cache-control': 'no-store',
          ...problem.headers,
        },
        body: JSON.stringify(problem.body(request.event.requestContext.requestId)),
      };
    },
  };
}
