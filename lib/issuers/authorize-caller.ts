import type { Clock } from '../runtime/clock.ts';
import { errorFields, nameOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/log.ts';
import { TokenRefusedError, Unauthorized } from './errors.ts';
import { tokenDigest, type AuthorizerContext } from './authorizer-context.ts';
import { verifyCallerToken, type IssuerWithKeys } from './verify-caller-token.ts';

/** The parts of API Gateway's event (payload format 2.0) that count: the values of the identity sources, one for each, and the headers. */
interface AuthorizerEvent {
  readonly identitySource: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestContext?: { readonly requestId: string };
}

/** Answers API Gateway's question about a request. It rejects instead of answering `isAuthorized: false`. */
export type AuthorizerHandler = (
  event: AuthorizerEvent,
) => Promise<{ readonly isAuthorized: true; readonly context: AuthorizerContext }>;

/** The issuers, the clock and the log of the authorizer. */
export interface AuthorizerDependencies {
  readonly issuers: readonly IssuerWithKeys[];
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Makes the handler of the Lambda authorizer (payload format 2.0, simple responses).
 *
 * A refused token is a 401: the client fetches a new one, once. `isAuthorized: false` would be a 403, at which clients stop asking. A key
 * that cannot be fetched is a 500, because the token can be valid. The client cannot see the reason; the log has it.
 *
 * @throws Unauthorized if the token is refused, or IssuerUnavailableError
 */
export function authorizeCallerHandler({ issuers, clock, log }: AuthorizerDependencies): AuthorizerHandler {
  return async ({ identitySource, requestContext }) => {
    // The access log has the same request id.
    const about = { requestId: requestContext?.requestId, operation: 'authorizeCaller' };
    try {
      const [authorization = '', ...others] = identitySource;
      if (others.length > 0) throw new TokenRefusedError('not-one-bearer-token');
      const { token, issuer } = await verifyCallerToken(authorization, issuers, clock);
      return { isAuthorized: true, context: { issuer: issuer.name, tokenDigest: tokenDigest(token) } };
    } catch (error) {
      if (!(error instanceof TokenRefusedError)) {
        log.error('a caller token could not be verified', {
          ...about,
          outcome: 'failed',
          ...errorFields(error),
        });
        throw error;
      }
      const { reason, issuer, cause } = error;
      const why = { reason, issuer, ...(cause !== undefined && { cause: nameOf(cause) }) };
      log.warn(
        'a caller token was refused',
        { ...about, outcome: 'refused', ...why },
        { CallerTokenRefused: 1 },
      );
      throw new Unauthorized();
    }
  };
}
