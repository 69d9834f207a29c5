import type { Clock } from '../runtime/clock.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { IssuerAnswerError } from './errors.ts';

/** Sends a request; the global `fetch`, or a test's own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The longest that one request to an issuer may take, its body included. A refresh makes two. */
export const FETCH_TIMEOUT: Milliseconds = 2_000;

/** The largest answer of an issuer in bytes: API Gateway's own limit for a key set (quotas for HTTP APIs). */
export const MAX_ANSWER_BYTES = 150_000;

/**
 * Fetches a JSON document of an issuer, without following a redirect: the address of the stage, or of the issuer's discovery document,
 * is the only one that is trusted.
 *
 * @throws IssuerAnswerError that names the address and the broken rule
 */
export async function fetchJson(url: string, fetch: Fetch, clock: Clock): Promise<unknown> {
  const place = placeOf(url);
  const [timeout, done] = [new AbortController(), new AbortController()];
  void clock.sleep(FETCH_TIMEOUT, done.signal).then(() => {
    // Stopping a fetch that has failed can emit an error to which nothing listens. That would end the process.
    if (done.signal.aborted) return;
    timeout.abort(new IssuerAnswerError(`${place} took longer than ${FETCH_TIMEOUT} milliseconds`));
  });
  try {
    const headers = { accept: 'application/json' };
    const response = await fetch(url, { headers, redirect: 'manual', signal: timeout.signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new IssuerAnswerError(`${place} has the status ${response.status}`);
    }
    return parse(await limitedText(response, place), place);
  } catch (error) {
    if (error instanceof IssuerAnswerError) throw error;
    // The error of `fetch` is a TypeError for everything. Its cause has the code, such as ECONNREFUSED.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new IssuerAnswerError(`${place} cannot be reached`, { cause });
  } finally {
    done.abort();
  }
}

/** Reads a body, and stops at the limit: a length that a header announces can be wrong. */
async function limitedText(response: Response, place: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest of the answer.
    if (size > MAX_ANSWER_BYTES)
      throw new IssuerAnswerError(`${place} is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message is not passed on, because it quotes the answer.
    throw new IssuerAnswerError(`${place} is not JSON`);
  }
}

/** Names an address in an error: without its query, which can hold anything. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
