import type { Readable } from 'node:stream';
import { loadJsonRpcErrorCode, type HttpResponse } from '@smithy/core/protocols';
import type { ResponseMetadata } from '@smithy/types';
import { InvariantError } from '../../../lib/runtime/errors.ts';

/** An error that AWS answers. It has the members of the SDK's errors. Its `name` is AWS's own name of the error. */
export class ServiceError extends Error {
  declare readonly $fault: 'client' | 'server';
  declare readonly $metadata: ResponseMetadata;
}

/** The part of reading an answer that differs from service to service. */
export interface AnswerRules {
  /** The classes of the errors that our code tells apart, by AWS's name. */
  readonly exceptions: Readonly<Record<string, typeof ServiceError>>;
  /** JSON that would have to be turned into another type, and is not: an answer with it is refused. */
  readonly unreadable?: RegExp;
}

/** The answer to an operation, as the service writes it in JSON. */
export type Output = Record<string, unknown> & { $metadata: ResponseMetadata };

/**
 * Reads an answer in AWS JSON 1.0 or 1.1 (Smithy, "AWS JSON 1.1 protocol", sections "Operation response serialization" and
 * "Operation error serialization").
 *
 * @throws ServiceError, or a class of `exceptions`, if it is an error; SyntaxError if it is not JSON; InvariantError if it is `unreadable`
 */
export async function readAnswer(
  response: HttpResponse,
  { exceptions, unreadable }: AnswerRules,
): Promise<Output> {
  const requestId = response.headers['x-amzn-requestid'];
  const $metadata = { httpStatusCode: response.statusCode, ...(requestId !== undefined && { requestId }) };
  try {
    const text = await textOf(response.body as Readable);
    if (unreadable?.test(text))
      throw new InvariantError('The AWS clients of a bundle do not read a value in the answer');
    const body = objectIn(text);
    if (response.statusCode < 300) return { ...body, $metadata };
    throw errorOf(response, body, $metadata, exceptions);
  } catch (error) {
    // The retry of the SDK reads both, also from an error of parsing, which is retried after a status of 5xx. The response leads to the
    // request with its credentials, so nothing that shows an error may show it.
    if (error instanceof Error) {
      Object.defineProperty(error, '$response', { value: response, enumerable: false });
      if (!('$metadata' in error)) Object.assign(error, { $metadata });
    }
    throw error;
  }
}

/** Reads a body to its end. The SDK's own way looks at the global `ReadableStream`, at which Node loads all of its web streams: 2 ms. */
function textOf(body: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const parts: Buffer[] = [];
  body.on('data', (part: Buffer) => parts.push(part));
  body.once('end', () => {
    resolve(Buffer.concat(parts).toString());
  });
  body.once('error', reject);
  return promise;
}

function objectIn(text: string): Record<string, unknown> {
  // Most answers have no null. Without the function, reading one takes half the time.
  const value: unknown = text === '' ? {} : JSON.parse(text, text.includes('null') ? withoutNull : undefined);
  return value instanceof Object ? (value as Record<string, unknown>) : {};
}

/** Leaves out a member that is null, which is the same as one that is absent (Smithy, "AWS JSON 1.1 protocol", "Shape serialization"). */
function withoutNull(this: unknown, _: string, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value;
}

function errorOf(
  response: HttpResponse,
  body: Readonly<Record<string, unknown>>,
  $metadata: ResponseMetadata,
  exceptions: AnswerRules['exceptions'],
): Error {
  const name = loadJsonRpcErrorCode(response, body) ?? 'Unknown';
  const Exception = new Map(Object.entries(exceptions)).get(name) ?? ServiceError;
  const message = body['message'] ?? body['Message'];
  const error = new Exception(typeof message === 'string' ? message : 'UnknownError');
  // Such as the `Item` of a condition that failed.
  const members = Object.entries(body).filter(([member]) => member !== 'Message' && !(member in error));
  const $fault = response.statusCode < 500 ? 'client' : 'server';
  return Object.assign(error, Object.fromEntries(members), { name, $fault, $metadata });
}
