import { DeadlineOverError, withinDeadline } from '../runtime/deadline.ts';
import { LayermintError, nameOf } from '../runtime/errors.ts';
import { isLoopback } from '../runtime/loopback.ts';
import type { Milliseconds } from '../runtime/time.ts';

/** The answer to a request, read to its end. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A request that can hold a secret. */
export interface ProbeRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request to a URL and to nowhere else. @throws NoAnswerError, which names neither URL nor token */
export type Send = (url: string, request?: ProbeRequest) => Promise<Answer>;

/** There is no answer, or none that may be asked for. The message is a clause. */
export class NoAnswerError extends LayermintError {
  override readonly name = 'NoAnswerError';
  readonly code = 'PROBE_WITHOUT_ANSWER';
}

/** The longest that one request may take, its body included. */
const TIMEOUT: Milliseconds = 5_000;

/** The most bytes of an answer that are read: a token has 8 KB at most, a cover image can have more. */
const LONGEST = 5 * 1024 * 1024;

/**
 * Makes the function that sends a prober's requests. It follows no redirect, and uses plain http on this machine alone: tokens and the
 * client's secret go to the named address only.
 *
 * @param fetch - the global `fetch` unless given
 */
export function sendBy(
  fetch: (url: string, init: RequestInit) => Promise<Response> = globalThis.fetch,
): Send {
  return async (url, { method = 'GET', headers = {}, body } = {}) => {
    const parsed = URL.parse(url);
    if (parsed === null || !(parsed.protocol === 'https:' || isLoopback(parsed)))
      throw new NoAnswerError('its address is not an https URL, so nothing was sent');
    try {
      return await withinDeadline(async (signal) => {
        const response = await fetch(url, {
          method,
          headers: { ...headers },
          ...(body !== undefined && { body }),
          redirect: 'manual',
          signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...(signal ? [signal] : [])]),
        });
        return { status: response.status, body: await limitedText(response) };
      });
    } catch (error) {
      if (error instanceof NoAnswerError) throw error;
      if (error instanceof DeadlineOverError) throw new NoAnswerError('the time of this run was over');
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new NoAnswerError(`it did not answer (${nameOf(cause)})`);
    }
  };
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest of the answer.
    if (size > LONGEST) throw new NoAnswerError(`its answer is longer than ${LONGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
