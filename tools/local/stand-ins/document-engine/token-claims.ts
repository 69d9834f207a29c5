import * as z from 'zod';
import { toMilliseconds, type Milliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import { collaborationPermissionProblem, isAboutSelf } from './collaboration-permission.ts';

const permissions = ['read-document', 'write', 'download', 'cover-image'] as const;

export type Permission = (typeof permissions)[number];

/** Gives a rule its message. A missing claim has its own. */
const must = (message: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? 'The claim is required' : message,
});

const text = z.string(must('Must be a string'));
const nonEmptyText = text.min(1, 'Must not be empty');
// The largest number that is still a date, so that a message can always show it as one.
const unixTime = z
  .int(must('Must be an integer, in Unix seconds'))
  .max(8_640_000_000_000, 'Must be in Unix seconds');

/** The claims of every JWT that Document Engine takes. */
const registeredClaims = {
  exp: unixTime,
  nbf: z.optional(unixTime),
  iat: z.optional(unixTime),
  jti: z.optional(nonEmptyText),
};

/** The claims of a JWT to be revoked. According to the documentation, only its `jti` counts. */
export const revocableClaims = z.looseObject({ ...registeredClaims, jti: nonEmptyText });

/** The claims of a client token, by type and value. (Guide "Client authentication" of Document Engine.) */
export const clientClaims = z
  .looseObject({
    ...registeredClaims,
    document_id: nonEmptyText,
    permissions: z
      .array(
        z.enum(permissions, must(`Must hold nothing but ${permissions.join(', ')}`)),
        must('Must be an array of strings'),
      )
      .min(1, 'Must not be empty'),
    layer: z.optional(
      text
        .regex(/^.{0,256}$/su, 'Must be at most 256 characters')
        .refine((layer) => !layer.includes('*'), 'Must not contain *'),
    ),
    user_id: z.optional(text),
    default_group: z.optional(text),
    creator_name: z.optional(text),
    password: z.optional(text),
    collaboration_permissions: z.optional(
      z.array(
        text.check(({ value, issues }) => {
          const problem = collaborationPermissionProblem(value);
          if (problem !== undefined)
            issues.push({ code: 'custom', input: value, message: `${JSON.stringify(value)} ${problem}` });
        }),
        must('Must be an array of strings'),
      ),
    ),
  })
  .refine((claims) => claims.user_id !== undefined || !claims.collaboration_permissions?.some(isAboutSelf), {
    path: ['collaboration_permissions'],
    error: 'The scope self needs a `user_id`',
  });

export type ClientClaims = z.output<typeof clientClaims>;

type Parsed<Claims> = { readonly claims: Claims } | { readonly problem: string };

/** Checks a payload's claims by type and value, but not by the clock. The problem is in Document Engine's words. */
export function parseClaims<Claims>(schema: z.ZodType<Claims>, payload: unknown): Parsed<Claims> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return { claims: parsed.data };
  const [issue] = parsed.error.issues;
  const claim = issue?.path[0];
  return {
    problem:
      issue === undefined || claim === undefined
        ? 'Invalid JWT: The payload is not a JSON object'
        : invalidClaim(String(claim), issue.message),
  };
}

/**
 * Judges a JWT's times.
 *
 * @param now - since the Unix epoch
 * @returns the problem in Document Engine's words; undefined if there is none
 */
export function timeProblem(
  claims: { readonly exp: Seconds; readonly nbf?: Seconds | undefined; readonly iat?: Seconds | undefined },
  now: Milliseconds,
  leeway: Seconds,
): string | undefined {
  if (toMilliseconds(claims.exp + leeway) <= now)
    return invalidClaim('exp', 'Expiration time is in the past');
  const latestStart = now / 1000 + leeway;
  if (claims.nbf !== undefined && claims.nbf > latestStart)
    return invalidClaim('nbf', `The token is not valid before ${new Date(claims.nbf * 1000).toISOString()}`);
  if (claims.iat !== undefined && claims.iat > latestStart)
    return invalidClaim('iat', 'The token was issued in the future');
  return undefined;
}

export function invalidClaim(claim: string, reason: string): string {
  return `Invalid \`${claim}\` claim in JWT: ${reason}`;
}
