import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { systemClock } from '../../runtime/clock.ts';
import { Deadline } from '../../runtime/deadline.ts';
import { errorFields } from '../../runtime/errors.ts';
import type { LogFields, Logger } from '../../runtime/log.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { Milliseconds } from '../../runtime/time.ts';
import { problemOf } from '../problems/problem-of.ts';
import { Problem } from '../problems/problem.ts';
import type { OperationId, Route } from './catalogue.ts';

/** A request in the form of API Gateway's HTTP API (payload format 2.0). */
export type ApiEvent = APIGatewayProxyEventV2;

/** An answer for API Gateway. */
export type ApiResult = APIGatewayProxyStructuredResultV2;

/** A Lambda function behind API Gateway. */
export type ApiHandler = (event: ApiEvent, context: Context) => Promise<ApiResult>;

/** Adds fields and metrics to the log line of the current request. A value replaces the former one of the same name. */
export type Note = (fields: LogFields, metrics?: Metrics) => void;

/** The caller gets an answer this long before Lambda would end the process. */
const ANSWER_BEFORE_TIMEOUT: Milliseconds = 250;

/**
 * Makes the Lambda function of an operation.
 *
 * @param entry - the operation's entry in the catalogue
 * @param respond - answers a request; it also gets the entry. See {@link serve}
 */
export function route<Entry extends Route & { readonly id: OperationId }>(
  entry: Entry,
  log: Logger,
  respond: (event: ApiEvent, note: Note, entry: Entry) => Promise<ApiResult> | ApiResult,
): ApiHandler {
  return serve(entry.id, log, (event, note) => respond(event, note, entry));
}

/**
 * Makes a Lambda function that turns every error into problem details and writes one log line for each request. The
 * request's deadline is shortly before Lambda would end the process. The answer ends it, so that no work continues.
 *
 * @param operation - the operation's name in the log line
 * @param respond - answers a request; the log line gets the fields that it passes to `note`
 */
export function serve(
  operation: OperationId | 'fallback',
  log: Logger,
  respond: (event: ApiEvent, note: Note) => Promise<ApiResult> | ApiResult,
): ApiHandler {
  return middy<ApiEvent, ApiResult, Error, Context & Noted>({ timeoutEarlyInMillis: ANSWER_BEFORE_TIMEOUT })
    .use(requestLog(operation, log))
    .use(problemDetails())
    .handler((event, context, { signal }) => {
      const deadline = deadlineOf(context);
      // Middy's timer comes at the deadline.
      signal.addEventListener('abort', () => {
        deadline.end();
      });
      return deadline.runUntilEnded(async () => {
        const answer = await respond(event, (fields, metrics) => {
          context.noted = { ...context.noted, ...fields };
          context.measured = { ...context.measured, ...metrics };
        });
        deadline.check();
        return forMethod(event, answer);
      });
    });
}

/** Computes a request's deadline. Lambda tells the time that is left by the machine's clock. */
function deadlineOf(context: Context): Deadline {
  return Deadline.after(systemClock, context.getRemainingTimeInMillis() - ANSWER_BEFORE_TIMEOUT);
}

/** Leaves out the body of the answer to `HEAD` (RFC 9110 section 9.3.2). */
function forMethod({ requestContext }: ApiEvent, { body, ...head }: ApiResult): ApiResult {
  return requestContext.http.method === 'HEAD' || body === undefined ? head : { ...head, body };
}

/** Makes a JSON answer. Caches must not store it, unless `headers` has another `cache-control`. */
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

/** Makes an answer without a body. */
export function noContent(): ApiResult {
  return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
}

interface Noted {
  /** The fields for the log line. Lambda makes a new context for each request, so no field of another request can be in it. */
  noted?: LogFields;
  /** Its metrics, in the same way. */
  measured?: Metrics;
  /** The moment at which the function got the request, by {@link monotonic}. */
  began?: Milliseconds;
}

/** Reads the clock that never jumps. The global `performance` does the same, but Node loads eight modules for it: 1 ms of each start. */
const monotonic = (): Milliseconds => Number(process.hrtime.bigint()) / 1e6;

type Layer = MiddlewareObj<ApiEvent, ApiResult, Error, Context & Noted>;

type Request = Parameters<NonNullable<Layer['after']>>[0];

function requestLog(operation: OperationId | 'fallback', log: Logger): Layer {
  const lineOf = (request: Request, outcome: string): [LogFields, Metrics] => {
    const { event, response, context } = request;
    const durationMs = Math.round((monotonic() - (context.began ?? NaN)) * 10) / 10;
    const fields = {
      requestId: event.requestContext.requestId,
      operation,
      route: event.routeKey,
      status: response?.statusCode,
      outcome,
      durationMs,
      ...context.noted,
    };
    return [fields, { ...context.measured, ...(operation === 'mintToken' && { MintDuration: durationMs }) }];
  };
  return {
    before: ({ context }) => {
      context.began = monotonic();
      log.begin(context);
    },
    after: (request) => {
      const [fields, metrics] = lineOf(request, 'served');
      log.info('request served', fields, given(metrics));
    },
    onError: (request) => {
      const { error } = request;
      const isRefusal = error instanceof Problem;
      const [fields, metrics] = lineOf(request, isRefusal ? 'refused' : 'failed');
      const isInternal = request.response?.statusCode === 500;
      const all = given({ ...metrics, ...(isInternal && { InternalError: 1 }) });
      if (isRefusal) log.info('request refused', { ...fields, ...refusalFields(error) }, all);
      else log.error('request failed', { ...fields, ...errorFields(error) }, all);
    },
  };
}

const given = (metrics: Metrics): Metrics | undefined =>
  Object.keys(metrics).length > 0 ? metrics : undefined;

/** Logs the number of faults and not their places: a pointer can hold the name of an unknown member, which comes from the caller. */
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
      request.response = forMethod(request.event, request.response);
    },
  };
}
