import { untilAborted, type CallerToken } from './caller-token.ts';
import { LayermintError, type ErrorCode, type Problem } from './errors.ts';
import { after, mark, type Clock, type Mark } from './server-time.ts';

const LONGEST_RETRY_AFTER_MS = 300_000;

/** An answer of the service. */
export interface Answer {
  readonly status: number;
  /** The parsed JSON; undefined if there is none. */
  readonly body: unknown;
  readonly sent: Mark;
  readonly received: Mark;
  /** The server's time of the answer, in milliseconds; NaN without a `Date` header. */
  readonly date: number;
  readonly retryAfterMs?: number | undefined;
  /** The fault that `WWW-Authenticate` describes (RFC 6750 section 3). */
  readonly challenge?: string | undefined;
}

/** Sends a body to a path of the API. @throws LayermintError `unreachable`, `caller-token-failed` */
export type Send = (path: string, body: unknown, signal: AbortSignal) => Promise<Answer>;

interface SendOptions {
  readonly api: string;
  readonly caller: CallerToken;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
}

/** Narrows a value to an object whose members are to be checked. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Reads `Retry-After`: seconds, or an HTTP date, which counts from the server's own time (RFC 9110 section 10.2.3). */
function retryAfter(text: string | null, date: number): number | undefined {
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - date;
  return ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : undefined;
}

/** HTTPS, or HTTP to an address that is not public. Neither has a query or credentials. */
const API =
  /^(https:\/\/[^\s/?#@]+|http:\/\/(localhost|[\w-]+\.local|\[::1\]|(127|10)(\.\d+){3}|(192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d+){2})(:\d+)?)(\/[^\s?#]*)?$/i;

/**
 * Creates the function that sends requests. A 401 makes it renew the caller token and send once more.
 *
 * @throws LayermintError `invalid-request` if `api` is not the URL of an API
 */
export function createSend({ api, caller, fetch, clock, requestTimeoutMs }: SendOptions): Send {
  if (!API.test(api)) throw new LayermintError('invalid-request', 'The option api must be an https URL.');
  const base = api.replace(/\/+$/, '');
  const exchange = async (
    path: string,
    body: unknown,
    bearer: string,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const sent = mark(clock);
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
      // A redirect would carry the caller token to another place.
      redirect: 'error',
      signal,
    });
    const text = await response.text();
    const { headers, status } = response;
    const date = Date.parse(headers.get('date') ?? '');
    return {
      status,
      body: parsed(text),
      sent,
      received: mark(clock),
      date,
      retryAfterMs: retryAfter(headers.get('retry-after'), date),
      challenge: /error_description="([^"]*)/.exec(headers.get('www-authenticate') ?? '')?.[1],
    };
  };
  const post = async (
    path: string,
    body: unknown,
    token: Promise<string>,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const bearer = await untilAborted(signal, token);
    const controller = new AbortController();
    const stop = (): void => {
      controller.abort();
    };
    signal.addEventListener('abort', stop);
    const cancel = after(clock, mark(clock), requestTimeoutMs, stop);
    try {
      return await untilAborted(controller.signal, exchange(path, body, bearer, controller.signal));
    } catch (cause) {
      throw new LayermintError('unreachable', 'No answer arrived from the service.', { cause });
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  };
  return async (path, body, signal) => {
    const before = caller.renewals();
    const answer = await post(path, body, caller.get(), signal);
    return answer.status === 401 ? post(path, body, caller.another(before), signal) : answer;
  };
}

const PROBLEM_TEXTS = ['type', 'title', 'detail', 'requestId'] as const;

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'sign-in-required';
  if (status === 403) return 'no-access';
  if (status === 429 || status >= 500) return 'unavailable';
  return status >= 400 ? 'invalid-request' : 'unexpected-answer';
}

/** Makes the error of an answer that is no success. Its body can be problem details, API Gateway's `{"message"}`, or anything. */
export function errorOf(status: number, body: unknown, answer?: Answer): LayermintError {
  const given = members(body);
  const detail = [given['detail'], answer?.challenge, given['message']].find((it) => typeof it === 'string');
  const problem: Problem = Object.fromEntries(
    [...PROBLEM_TEXTS.map((name) => [name, given[name]] as const), ['detail', detail] as const].filter(
      ([, text]) => typeof text === 'string',
    ),
  );
  const errors = given['errors'];
  return new LayermintError(codeOf(status), `The service answered ${status}${detail ? `: ${detail}` : '.'}`, {
    status,
    problem: Array.isArray(errors)
      ? { ...problem, errors: errors as NonNullable<Problem['errors']> }
      : problem,
    retryAfterMs: answer?.retryAfterMs,
  });
}
