import { Agent, request as requestHttp, type IncomingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { MINUTE, toMilliseconds, type Milliseconds } from '../../lib/runtime/time.ts';
import { isLoopbackUrl } from '../local/stand-ins/web-pages.ts';

/** Tells if nobody on the way can read the requests to a URL: it is an https URL, or leads to this machine. */
export const isConfidential = (url: string): boolean =>
  URL.parse(url)?.protocol === 'https:' || isLoopbackUrl(url);

/** A request of a command. */
export interface HttpCall {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The longest that the whole answer may take; a minute unless given. */
  readonly timeLimit?: Milliseconds;
}

/** The answer to it, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The longest answer that is read, in bytes. */
const LONGEST = 1024 * 1024;

const TIME_LIMIT = toMilliseconds(MINUTE);

/**
 * Sends a request that can hold a secret. It goes to this URL and nowhere else: redirects are not followed, and for http the
 * environment cannot name a proxy, as it can for fetch (NODE_USE_ENV_PROXY).
 *
 * @throws Error if the URL is not confidential, or if the answer does not come within its time limit or is longer than 1 MiB
 */
export async function call(
  url: string,
  { method = 'GET', headers = {}, body, timeLimit = TIME_LIMIT }: HttpCall = {},
): Promise<HttpAnswer> {
  if (!isConfidential(url)) throw new Error('The URL must begin with https://, or lead to this machine.');
  const secure = url.startsWith('https:');
  const agent = secure ? undefined : new Agent();
  const options = { method, headers, signal: AbortSignal.timeout(timeLimit), ...(agent && { agent }) };
  try {
    return await new Promise((resolve, reject) => {
      (secure ? requestHttps : requestHttp)(url, options, (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > LONGEST) response.destroy(new Error('The answer is longer than 1 MiB.'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0, headers: received } = response;
          resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks).toString() });
        });
      })
        .on('error', reject)
        // After an answer, this changes nothing. A 101 (Switching Protocols) closes the connection without one and without an error.
        .on('close', () => {
          reject(new Error('The connection was closed without an answer.'));
        })
        .end(body);
    });
  } finally {
    agent?.destroy();
  }
}
