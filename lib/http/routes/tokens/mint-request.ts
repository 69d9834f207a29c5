import * as z from 'zod/mini';
import {
  DEFAULT_LAYER,
  DOCUMENT_ID_PATTERN,
  isLayerName,
  PERMISSIONS,
} from '../../../document-engine/index.ts';
import { isPrincipalName, MAX_GROUPS } from '../../../grants/index.ts';
import { type MintRequest } from '../../../tokens/index.ts';

/** The bounds that a stage sets on a token's life, in seconds. */
export interface TtlBounds {
  readonly default: number;
  readonly max: number;
}

/** The shortest life that can be asked for, in seconds. */
export const MIN_TTL_SECONDS = 60;

/** A document id in a request. */
export const DocumentId = z
  .string({ error: 'must be a document id, as Document Engine gave it at upload' })
  .check(z.regex(DOCUMENT_ID_PATTERN, { error: 'must be 1 to 256 characters of A-Z a-z 0-9 . _ ~ : @ -' }));

/** A layer in a request. */
export const LayerName = z
  .string({ error: 'must be the name of an Instant layer' })
  .check(
    z.refine(isLayerName, { error: 'must be at most 256 characters, without "*" and control characters' }),
  );

/** A user id or group name in a request. */
export const principalName = (what: string) => {
  const right = `must be ${what}: a text of 1 to 512 bytes without control characters`;
  return z.string({ error: right }).check(z.refine(isPrincipalName, { error: right }));
};

/** The person that a backend asks for, in a request. */
export const OnBehalfOf = z.strictObject(
  {
    userId: principalName('a user id'),
    groups: z.optional(
      z
        .array(principalName('a group name'), { error: 'must be a list of group names' })
        .check(z.maxLength(MAX_GROUPS, { error: `must be at most ${MAX_GROUPS} groups` })),
    ),
    name: z.optional(principalName("the user's name as records show it")),
  },
  { error: objectError('{"userId", "groups"?, "name"?}') },
);

/** The message for what is not an object, or an object with unknown members. */
export function objectError(shape: string): (issue: z.core.$ZodRawIssue) => string {
  return ({ code }) =>
    code === 'unrecognized_keys' ? `is unknown; the members are ${shape}` : `must be an object ${shape}`;
}

/** The schema of a mint request's body, for a stage's bounds. Unknown members are refused by name. */
export function mintRequestSchema(ttl: TtlBounds) {
  const ttlError = `must be a whole number of seconds from ${MIN_TTL_SECONDS} to ${ttl.max}`;
  return z
    .strictObject(
      {
        documentId: DocumentId,
        layer: z.optional(LayerName),
        privateLayer: z.optional(z.literal(true, { error: 'must be true, or be left out' })),
        permissions: z.optional(
          z
            .array(z.enum(PERMISSIONS, { error: `must be one of ${PERMISSIONS.join(', ')}` }), {
              error: `must be a list of ${PERMISSIONS.join(', ')}`,
            })
            .check(
              z.minLength(1, { error: 'must name a permission, or be left out to get all that are granted' }),
              z.refine((names) => new Set(names).size === names.length, {
                error: 'must not name a permission twice',
              }),
            ),
        ),
        ttlSeconds: z._default(
          z
            .int({ error: ttlError })
            .check(z.minimum(MIN_TTL_SECONDS, { error: ttlError }), z.maximum(ttl.max, { error: ttlError })),
          ttl.default,
        ),
        onBehalfOf: z.optional(OnBehalfOf),
      },
      {
        error: objectError(
          '{"documentId", "layer"? | "privateLayer"?, "permissions"?, "ttlSeconds"?, "onBehalfOf"?}',
        ),
      },
    )
    .check(
      z.refine(({ layer, privateLayer }) => layer === undefined || privateLayer === undefined, {
        path: ['privateLayer'],
        error: 'must not stand beside "layer": a token opens one layer',
      }),
    );
}

/** The body of a mint request, parsed. */
export type MintRequestBody = z.output<ReturnType<typeof mintRequestSchema>>;

/** What the body asks to mint. */
export function mintRequestOf(body: MintRequestBody): MintRequest {
  return {
    documentId: body.documentId,
    layer: body.privateLayer ? { private: true } : (body.layer ?? DEFAULT_LAYER),
    ttlSeconds: body.ttlSeconds,
    ...(body.permissions && { permissions: body.permissions }),
  };
}
