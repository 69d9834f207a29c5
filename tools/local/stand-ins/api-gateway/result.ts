import * as z from 'zod';
import { type HttpResponse, json } from './http-server.ts';

const HeaderValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const StructuredResult = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), HeaderValue).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** The function's answer is not a response of payload format 2.0. */
export class MalformedResultError extends Error {
  override readonly name = 'MalformedResultError';
}

/**
 * Reads a function's return value, as API Gateway does with payload format 2.0: an object with a `statusCode` is a response, and
 * any other value is the JSON body of a 200.
 *
 * @throws {MalformedResultError} if API Gateway would answer 500
 */
export function readResult(result: unknown): HttpResponse {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return json(200, result);
  const { data, error } = StructuredResult.safeParse(result);
  if (error) throw new MalformedResultError(z.prettifyError(error), { cause: error });
  const headers = Object.entries(data.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const body = data.body ?? '';
  return {
    status: data.statusCode,
    headers: {
      ...(body !== '' && { 'content-type': 'text/plain; charset=utf-8' }),
      ...Object.fromEntries(headers),
    },
    cookies: data.cookies ?? [],
    body: data.isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}
