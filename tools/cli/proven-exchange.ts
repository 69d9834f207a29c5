import {
  isSame,
  NONCE_HEADER,
  PROOF_HEADER,
  proofOfAnswer,
  proofOfRequest,
  randomText,
} from '../local/proof/index.ts';
import { call, type HttpAnswer, type HttpCall } from './http-call.ts';

/** Nothing listens at the port, or it does not answer in time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** The program at the port does not know the secret, or its answer was changed. Nothing of it may be used. */
export class UnprovenAnswerError extends Error {
  override readonly name = 'UnprovenAnswerError';

  constructor() {
    super('A program that is not the local stack holds a port of it.');
  }
}

/**
 * Sends a request to a running stack, and takes the answer only from a program that knows its secret. The program gets nothing but
 * a random text and a proof for this one request.
 *
 * @param api - base URL of the stack's API
 * @param target - path and query
 * @throws {NoAnswerError | UnprovenAnswerError}
 */
export async function exchange(
  api: string,
  secret: string,
  method: 'GET' | 'POST',
  target: string,
): Promise<Pick<HttpAnswer, 'status' | 'body'>> {
  const nonce = randomText();
  const proof = proofOfRequest(secret, { method, target, nonce });
  const request: HttpCall = { method, headers: { [NONCE_HEADER]: nonce, [PROOF_HEADER]: proof } };
  const { status, headers, body } = await call(api + target, request).catch((error: unknown) => {
    throw new NoAnswerError(undefined, { cause: error });
  });
  const given = headers[PROOF_HEADER];
  if (typeof given !== 'string' || !isSame(given, proofOfAnswer(secret, nonce, status, body)))
    throw new UnprovenAnswerError();
  return { status, body };
}
