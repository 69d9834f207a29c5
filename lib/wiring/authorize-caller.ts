import * as z from 'zod/mini';
import { authorizeCallerHandler, IssuerKeys } from '../issuers/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { logOf, naming } from './parts/function-log.ts';
import { ofTrustedIssuers, trustedIssuersOf } from './parts/issuers.ts';
import { authorizedThroughCloudFront, ofOrigin } from './parts/through-cloud-front.ts';

/** The environment of `authorizeCaller`. */
export const environment = z.object({ ...everyFunction, ...ofOrigin, ...ofTrustedIssuers });

/** Makes the handler of the API's Lambda authorizer, and starts to fetch the keys of all issuers. */
export function handlerOf(
  variables: z.output<typeof environment>,
): ReturnType<typeof authorizedThroughCloudFront> {
  const log = logOf(variables);
  const issuers = trustedIssuersOf(variables.ISSUERS).map((issuer) => ({
    ...issuer,
    keys: new IssuerKeys(issuer, systemClock, log),
  }));
  for (const { keys } of issuers) keys.warm();
  const handler = authorizeCallerHandler({ issuers, clock: systemClock, log });
  return naming(log, authorizedThroughCloudFront(variables, handler));
}
