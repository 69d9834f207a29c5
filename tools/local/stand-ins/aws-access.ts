import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import { isSame, NONCE_HEADER, PROOF_HEADER, proofOfAnswer } from '../proof/index.ts';
import type { LocalCredentials } from './aws-account.ts';
import type { HttpAnswer } from './loopback-server.ts';

/** The path at which a service proves that it knows the session token, and the status of the answer, which has no body. */
export const PROOF_PATH = '/local/proof';
export const PROOF_STATUS = 204;

type Asked = Readonly<{ url: string; headers: IncomingHttpHeaders }>;

/**
 * Answers a request that a service must not carry out: one without the session token of its credentials, which the AWS SDK sends as
 * a header, and the question for a proof, which commands ask before they send anything. The signature of a request needs no check:
 * the token is as hard to guess as a signing key.
 *
 * @param type - the content type of the service's answers
 * @returns undefined if the request may be carried out
 */
export function answerInstead(
  { url, headers }: Asked,
  { sessionToken }: Pick<LocalCredentials, 'sessionToken'>,
  type: string,
): HttpAnswer | undefined {
  if (sessionToken === undefined) return undefined;
  if (url === PROOF_PATH) {
    const proof = proofOfAnswer(sessionToken, String(headers[NONCE_HEADER]), PROOF_STATUS, '');
    return { status: PROOF_STATUS, headers: { [PROOF_HEADER]: proof }, body: '' };
  }
  const given = headers['x-amz-security-token'];
  if (typeof given === 'string' && isSame(given, sessionToken)) return undefined;
  return {
    status: 400,
    headers: { 'content-type': type, connection: 'close' },
    body: JSON.stringify({
      __type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    }),
  };
}

/** Makes a server refuse every request without the credentials, unread. Its present listeners get the others. */
export function refuseOtherCredentials(
  server: Pick<Server, 'listeners' | 'removeAllListeners' | 'on'>,
  credentials: LocalCredentials,
): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (...exchange: Parameters<RequestListener>) => {
    const [{ url = '', headers }, response] = exchange;
    const instead = answerInstead({ url, headers }, credentials, 'application/x-amz-json-1.0');
    if (instead !== undefined) response.writeHead(instead.status, instead.headers).end(instead.body);
    else for (const listener of listeners) listener(...exchange);
  });
}
