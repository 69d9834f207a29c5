import * as z from 'zod/mini';
import { isFromCloudFront } from '../../http/authentication/from-cloud-front.ts';
import type { ApiHandler, ApiResult } from '../../http/routes/route.ts';
import type { AuthorizerHandler } from '../../issuers/index.ts';
import { json } from '../../runtime/environment.ts';

const DIGESTS = 'must be a list of one or two SHA-256 digests, each of 64 digits in lower case (0-9, a-f)';

/** The variable of a function that API Gateway invokes. Without it, the function also answers requests that did not come through CloudFront. */
export const ofOrigin = {
  ORIGIN_SECRET_SHA256: z.optional(
    json(
      z
        .array(z.string({ error: DIGESTS }).check(z.regex(/^[0-9a-f]{64}$/, { error: DIGESTS })), {
          error: DIGESTS,
        })
        .check(z.minLength(1, { error: DIGESTS }), z.maxLength(2, { error: DIGESTS })),
      DIGESTS,
    ),
  ),
};

/** A request to the API or to its authorizer. */
interface Request {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/**
 * Puts the check of the origin before a function of the API: a request that went around CloudFront is refused, and nothing is read for
 * it. A stage without the check keeps the function itself.
 */
export function throughCloudFront(variables: OriginVariables, handler: ApiHandler): ApiHandler {
  return checked(variables, handler, FORBIDDEN);
}

/** Puts the check before the API's authorizer. API Gateway then answers 403 by itself, and no token is verified. */
export function authorizedThroughCloudFront(
  variables: OriginVariables,
  handler: AuthorizerHandler,
): (
  ...asked: Parameters<AuthorizerHandler>
) => Promise<Awaited<ReturnType<AuthorizerHandler>> | typeof DENIED> {
  return checked(variables, handler, DENIED);
}

type OriginVariables = z.output<z.ZodMiniObject<typeof ofOrigin>>;

/** API Gateway's own answer to a refused request. */
const FORBIDDEN: ApiResult = {
  statusCode: 403,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: '{"message":"Forbidden"}',
};

/** An authorizer's answer (payload format 2.0, simple responses). */
const DENIED = { isAuthorized: false } as const;

function checked<Asked extends readonly [Request, ...unknown[]], Result, Refusal>(
  { ORIGIN_SECRET_SHA256: digests }: OriginVariables,
  handler: (...asked: Asked) => Promise<Result>,
  refusal: Refusal,
): (...asked: Asked) => Promise<Result | Refusal> {
  if (digests === undefined) return handler;
  const accepted = digests.map((digest) => Buffer.from(digest, 'hex'));
  return (...asked) =>
    isFromCloudFront(asked[0].headers ?? {}, accepted) ? handler(...asked) : Promise.resolve(refusal);
}
