import { API, UNANSWERED } from './config.ts';
import { list, object, optional, ReadingError, string, type Read } from './reading.ts';
import { SignInError } from './session/sign-in.ts';
import type { Session } from './session/session.ts';

const readProblem = object({
  type: string,
  title: string,
  detail: optional(string),
  requestId: optional(string),
  errors: optional(list(object({ pointer: string, detail: string }))),
});

/** Problem details of the API (RFC 9457). */
export type ProblemDetails = ReturnType<typeof readProblem>;

/** A request that did not succeed. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** `problem`: the API explains it; `message`: API Gateway answers; `offline`: no answer; `signed-out`: sign in again. */
  readonly kind: 'problem' | 'message' | 'offline' | 'signed-out';
  readonly status: number | undefined;
  readonly problem: ProblemDetails | undefined;
  /** Seconds until another try makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: ApiError['kind'],
    message: string,
    details: {
      readonly status?: number;
      readonly problem?: ProblemDetails;
      readonly retryAfter?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.problem = details.problem;
    this.retryAfter = details.retryAfter;
  }

  /** The id that finds the request in the log of the service. */
  get requestId(): string | undefined {
    return this.problem?.requestId;
  }
}

/** A successful answer. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** Its `ETag`, for `If-Match`. */
  readonly etag: string | undefined;
}

/** The parts of a request beside its path. */
export interface Sent {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends no token. */
  readonly public?: boolean;
  readonly signal?: AbortSignal;
}

/** Calls the API as the signed-in person. */
export interface Api {
  get<T>(path: string, read: Read<T>, sent?: Sent): Promise<Answer<T>>;
  post<T>(path: string, sent: Sent, read: Read<T>): Promise<Answer<T>>;
  put<T>(path: string, sent: Sent, read: Read<T>): Promise<Answer<T>>;
  delete<T>(path: string, sent: Sent, read: Read<T>): Promise<Answer<T>>;
}

/**
 * Makes the calls of the API. After a 401, the token is renewed once and the request repeated. If that does not help, the session
 * ends, and the page asks the person to sign in.
 */
export function createApi(session: Session): Api {
  const call = async <T>(method: string, path: string, sent: Sent, read: Read<T>): Promise<Answer<T>> => {
    let answer = await send(method, path, sent, sent.public ? undefined : await tokenOf(session, false));
    if (answer.status === 401 && !sent.public)
      answer = await send(method, path, sent, await tokenOf(session, true));
    if (answer.status === 401 && !sent.public) throw signedOut(session);
    if (!answer.ok) throw await errorOf(answer);
    const text = await answer.text();
    return {
      status: answer.status,
      body: read(jsonIn(text)),
      etag: answer.headers.get('etag') ?? undefined,
    };
  };
  return {
    get: (path, read, sent = {}) => call('GET', path, sent, read),
    post: (path, sent, read) => call('POST', path, sent, read),
    put: (path, sent, read) => call('PUT', path, sent, read),
    delete: (path, sent, read) => call('DELETE', path, sent, read),
  };
}

/** The sentence of an answer about a member of the body. @param pointer - a JSON pointer such as `/role` */
export function faultAt(error: unknown, pointer: string): string | undefined {
  return faultOf(error, (it) => it === pointer);
}

/** The sentences of an answer about a list of the body, or about one of its entries. */
export function faultWithin(error: unknown, pointer: string): string | undefined {
  return faultOf(error, (it) => `${it}/`.startsWith(`${pointer}/`));
}

function faultOf(error: unknown, isMeant: (pointer: string) => boolean): string | undefined {
  const all = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  const faults = all.filter(({ pointer }) => isMeant(pointer.replace(/^#/, '')));
  return faults.length === 0 ? undefined : faults.map(({ detail }) => detail).join(' ');
}

async function tokenOf(session: Session, renew: boolean): Promise<string> {
  try {
    return await session.token(renew);
  } catch (error) {
    if (error instanceof SignInError) throw signedOut(session);
    throw error;
  }
}

function signedOut(session: Session): ApiError {
  session.signOut('The service does not accept your sign-in any more. Sign in again.');
  return new ApiError('signed-out', 'Sign in again.', { status: 401 });
}

async function send(method: string, path: string, sent: Sent, token?: string): Promise<Response> {
  try {
    return await fetch(API + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(sent.body !== undefined && { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
      ...(sent.signal && { signal: sent.signal }),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
  } catch (cause) {
    if (sent.signal?.aborted === true) throw cause;
    throw new ApiError('offline', UNANSWERED, { cause });
  }
}

/** Reads a body. @throws ReadingError if it is no JSON, such as the page of a proxy in between */
function jsonIn(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ReadingError('JSON');
  }
}

async function errorOf(answer: Response): Promise<ApiError> {
  const { status } = answer;
  const seconds = Number(answer.headers.get('retry-after') ?? NaN);
  const retryAfter = Number.isFinite(seconds) ? { retryAfter: seconds } : {};
  const text = await answer.text();
  try {
    const json: unknown = JSON.parse(text);
    if (answer.headers.get('content-type')?.includes('problem+json') === true) {
      const problem = readProblem(json);
      return new ApiError('problem', problem.title, { status, problem, ...retryAfter });
    }
    const { message } = object({ message: string })(json);
    return new ApiError('message', `The gateway answers ${status}: ${message}`, { status, ...retryAfter });
  } catch (cause) {
    return new ApiError('message', `The service answers ${status}, without a reason.`, {
      ...{ status, cause, ...retryAfter },
    });
  }
}
