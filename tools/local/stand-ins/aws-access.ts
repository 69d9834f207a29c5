import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import { isSame } from '../proof/index.ts';
import type { LocalCredentials } from './aws-account.ts';

/** The refusal of DynamoDB and Secrets Manager to a request with unknown credentials. */
export const UNKNOWN_CREDENTIALS = {
  status: 400,
  code: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
} as const;

/**
 * Checks that a request has the session token of a service's credentials, which the AWS SDK sends as a header. The signature needs
 * no check: nobody without the token gets this far, and the token is as hard to guess as the signing key.
 */
export function mayCall(
  headers: IncomingHttpHeaders,
  { sessionToken }: Pick<LocalCredentials, 'sessionToken'>,
): boolean {
  if (sessionToken === undefined) return true;
  const given = headers['x-amz-security-token'];
  return typeof given === 'string' && isSame(given, sessionToken);
}

/** Makes a server refuse every request without the credentials, unread. Its present listeners get the others. */
export function refuseOtherCredentials(
  server: Pick<Server, 'listeners' | 'removeAllListeners' | 'on'>,
  credentials: LocalCredentials,
): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (...exchange: Parameters<RequestListener>) => {
    const [request, response] = exchange;
    if (mayCall(request.headers, credentials)) {
      for (const listener of listeners) listener(...exchange);
      return;
    }
    const { status, code, message } = UNKNOWN_CREDENTIALS;
    const headers = { 'content-type': 'application/x-amz-json-1.0', connection: 'close' };
    response.writeHead(status, headers).end(JSON.stringify({ __type: code, message }));
  });
}
