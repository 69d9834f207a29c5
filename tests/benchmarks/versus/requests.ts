import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { importSPKI, jwtVerify, type JWTPayload } from 'jose';
import type { Contender, TokenRequest } from './contenders.ts';

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends a request to a port of this machine. */
export async function send(
  port: number,
  { method, path, headers, body }: TokenRequest,
  agent?: Agent,
): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent });
  const answered = once(request, 'response');
  request.end(body);
  const [response] = (await answered) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/**
 * Reads the token in an answer.
 *
 * @throws Error if it is a refusal: the measurement would then mean nothing
 */
export function tokenIn({ name, tokenOf }: Contender, { status, body }: Answer): string {
  if (status !== 200 && status !== 201) throw new Error(`${name} answered ${status}: ${body}`);
  return tokenOf(JSON.parse(body));
}

/**
 * Verifies a token with the contender's public key, as Document Engine does.
 *
 * @returns its claims
 * @throws JOSEError if it is not valid
 */
export async function verified({ publicKey, algorithm }: Contender, jwt: string): Promise<JWTPayload> {
  const key = await importSPKI(publicKey, algorithm);
  const { payload } = await jwtVerify(jwt, key, { algorithms: [algorithm], requiredClaims: ['exp'] });
  return payload;
}

/** The time of each of a number of tokens. */
export interface Served {
  /** From the first request to the last answer, in milliseconds. */
  readonly milliseconds: number;
  /** From each request to its answer, in milliseconds. */
  readonly latencies: readonly number[];
}

/** Asks for a number of tokens over some connections, each with one request after the other. */
export async function serve(
  contender: Contender,
  port: number,
  tokens: number,
  connections: number,
): Promise<Served> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let left = tokens;
  const connection = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const begun = performance.now();
      const answer = await send(port, contender.request, agent);
      latencies.push(performance.now() - begun);
      tokenIn(contender, answer);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: connections }, connection));
  const milliseconds = performance.now() - begun;
  agent.destroy();
  return { milliseconds, latencies };
}
