import * as z from 'zod/mini';
import {
  DocumentId,
  LayerName,
  MIN_TTL_SECONDS,
  objectError,
  optional,
  principalName,
  withDefault,
} from '../../messages/fields.ts';
import { hintOf } from '../../messages/hints.ts';
import { DEFAULT_LAYER, PERMISSIONS } from '../../../document-engine/index.ts';
import type { MintRequest } from '../../../tokens/index.ts';
import { MAX_GROUPS } from '../../../identity/index.ts';
import type { Seconds } from '../../../runtime/time.ts';
import {
  DefaultGroup,
  opensSomething,
  roleMembers,
  roleOn,
  type RoleRules,
} from '../../messages/role-members.ts';

/** The bounds that a stage sets on a token's life. */
export interface TtlBounds {
  readonly default: Seconds;
  readonly max: Seconds;
}

/** The rules for mint requests. */
export interface MintRules extends RoleRules {
  readonly ttl: TtlBounds;
}

/** The person in a request on behalf of somebody else. */
export const OnBehalfOf = z.strictObject(
  {
    userId: principalName('a user id'),
    groups: optional(
      z
        .array(principalName('a group name'), { error: 'must be an array of group names' })
        .check(z.maxLength(MAX_GROUPS, { error: `must have at most ${MAX_GROUPS} groups` })),
    ),
    // Any string: one that records cannot show is left out, see `displayName`.
    name: optional(z.string({ error: "must be a string: the user's name as records show it" })),
  },
  { error: objectError('{"userId", "groups"?, "name"?}') },
);

/**
 * Tells whether an element stands at a place that a list without repeats can have. A longer list gets no hints for the rest: a batch
 * has room for 20,000 misspelt permissions, and the search for a near one takes time for each.
 */
function isAmongFirst(path: readonly PropertyKey[] = []): boolean {
  const at = path.at(-1);
  return typeof at !== 'number' || at < PERMISSIONS.length;
}

/** Names the permission that is meant. Document Engine's iOS guide knows `all`, and Nutrient's hosted service `read`. */
function permissionHint(given: unknown): string {
  return given === 'all' || given === '*'
    ? '; leave out "permissions" to get all granted ones'
    : hintOf(given, PERMISSIONS);
}

/** The schema of the grant that a backend vouches for. */
export function vouchedGrantSchema(rules: RoleRules) {
  return z
    .strictObject(roleMembers(rules), {
      error: objectError('{"role", "layers"?, "privateLayer"?, "defaultGroup"?}'),
    })
    .check(opensSomething);
}

/** The members of a mint request, except the one that names the user. */
export function tokenMembers({ ttl }: MintRules, VouchedGrant: ReturnType<typeof vouchedGrantSchema>) {
  const ttlError = `must be a whole number of seconds from ${MIN_TTL_SECONDS} to ${ttl.max}`;
  return {
    documentId: DocumentId,
    layer: optional(LayerName),
    // Encoders write false for a Boolean without a value.
    privateLayer: optional(z.boolean({ error: 'must be true or false, or be left out' })),
    permissions: optional(
      z
        .array(
          z.enum(PERMISSIONS, {
            error: ({ input, path }) =>
              `must be one of ${PERMISSIONS.join(', ')}${isAmongFirst(path) ? permissionHint(input) : ''}`,
          }),
          { error: `must be an array of ${PERMISSIONS.join(', ')}` },
        )
        .check(
          z.minLength(1, { error: 'must name a permission, or be left out to get all granted ones' }),
          z.refine((names) => new Set(names).size === names.length, {
            error: 'must not name a permission twice',
          }),
        ),
    ),
    ttlSeconds: withDefault(
      z
        .int({ error: ttlError })
        .check(z.minimum(MIN_TTL_SECONDS, { error: ttlError }), z.maximum(ttl.max, { error: ttlError })),
      ttl.default,
    ),
    defaultGroup: optional(DefaultGroup),
    grant: optional(VouchedGrant),
  };
}

/** Refuses a request for two layers. */
export const opensOneLayer = z.refine<{
  readonly layer?: string | undefined;
  readonly privateLayer?: boolean | undefined;
}>(({ layer, privateLayer }) => layer === undefined || privateLayer !== true, {
  path: ['privateLayer'],
  error: 'must not stand beside "layer": a token opens one layer',
});

/** The schema of a mint request's body, for a stage's bounds. Unknown members are refused by name. */
export function mintRequestSchema(rules: MintRules, VouchedGrant = vouchedGrantSchema(rules)) {
  const { grant, ...members } = tokenMembers(rules, VouchedGrant);
  return z
    .strictObject(
      { ...members, onBehalfOf: optional(OnBehalfOf), grant },
      {
        error: objectError(
          '{"documentId", "layer"? | "privateLayer"?, "permissions"?, "ttlSeconds"?, "defaultGroup"?, "onBehalfOf"?, "grant"?}',
        ),
      },
    )
    .check(
      opensOneLayer,
      z.refine(({ onBehalfOf, grant }) => grant === undefined || onBehalfOf !== undefined, {
        path: ['onBehalfOf'],
        error: 'must name the user of "grant"',
      }),
    );
}

/** The body of a mint request, parsed. */
export type MintRequestBody = z.output<ReturnType<typeof mintRequestSchema>>;

/** Makes a mint request from its body, or from another body with {@link tokenMembers}. */
export function mintRequestOf(body: Omit<MintRequestBody, 'onBehalfOf'>): MintRequest {
  return {
    documentId: body.documentId,
    layer: body.privateLayer ? { private: true } : (body.layer ?? DEFAULT_LAYER),
    ttlSeconds: body.ttlSeconds,
    ...(body.permissions && { permissions: body.permissions }),
    ...(body.defaultGroup !== undefined && { defaultGroup: body.defaultGroup }),
    ...(body.grant && { grant: roleOn(body.grant) }),
  };
}
