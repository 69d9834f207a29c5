import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type LogFields, type Logger } from '../../runtime/log.ts';
import { problemOf } from '../problems/problem-of.ts';
import { Problem } from '../problems/problem.ts';
import { errorFields } from '../../runtime/errors.ts';

/** A request as API Gateway's HTTP API passes it on (payload format 2.0). */
export type ApiEvent = APIGatewayProxyEventV2;

/** An answer for API Gateway. */
export type ApiResult = APIGatewayProxyStructuredResultV2;

/** A Lambda function behind API Gateway. */
export type ApiHandler = (event: ApiEvent, context: Context) => Promise<ApiResult>;

/** What a route may tell the log about the request it served. */
export type Note = (fields: LogFields) => void;

// How long before Lambda ends the process the caller is answered, in milliseconds.
const ANSWER_BEFORE_TIMEOUT = 250;

/**
 * Makes a Lambda function of what answers a route. Whatever is thrown becomes problem details, and every request is
 * logged in one line.
 *
 * @param respond - answers the request; what it gives to `note` stands in the log line
 */
export function route(
  respond: (event: ApiEvent, note: Note) => Promise<ApiResult> | ApiResult,
  log: Logger,
): ApiHandler {
  return middy<ApiEvent, ApiResult, Error, Context & Noted>({ timeoutEarlyInMillis: ANSWER_BEFORE_TIMEOUT })
    .use(requestLog(log))
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

/** The answer to what leaves nothing to say. */
export function noContent(): ApiResult {
  return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
}

interface Noted {
  /** What the route told of the request; made anew for each, though Lambda makes the context. */
  noted?: Record<string, LogFields[string]>;
}

type Layer = MiddlewareObj<ApiEvent, ApiResult, Error, Context & Noted>;

function requestLog(log: Logger): Layer {
  return {
    after: ({ event, response, context }) => {
      log.info('request served', { ...requestFields(event, response), ...context.noted });
    },
    onError: ({ event, response, error, context }) => {
      const fields = { ...requestFields(event, response), ...context.noted };
      if (error instanceof Problem) {
        // How many, and not where: a pointer can hold the name of an unknown member, which is the caller's text.
        const faults = error.errors?.length;
        log.info('request refused', {
          ...fields,
          problem: error.slug,
          ...(faults !== undefined && { faults }),
        });
      } else {
        log.error('request failed', { ...fields, ...errorFields(error) });
      }
    },
  };
}

function requestFields(
  { requestContext, routeKey }: ApiEvent,
  response: ApiResult | null | undefined,
): LogFields {
  return { requestId: requestContext.requestId, route: routeKey, status: response?.statusCode };
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
