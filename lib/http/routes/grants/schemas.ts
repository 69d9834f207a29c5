import * as z from 'zod/mini';
import { secondsOf, type Clock } from '../../../runtime/clock.ts';
import { toSeconds } from '../../../runtime/time.ts';
import { isLayerName, isScopeName } from '../../../document-engine/index.ts';
import {
  ANY_LAYER,
  DEFAULT_LAYERS,
  isPrivateLayer,
  type Grant,
  type GrantContent,
  type Roles,
} from '../../../grants/index.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import { isPrincipalName, type Principal } from '../../../identity/index.ts';
import { objectError, optional, principalName, wellFormed, withDefault } from '../../messages/fields.ts';

/** The rules for grants in requests. */
export interface GrantRules {
  readonly roles: Roles;
  /** The prefix of every private layer's name. */
  readonly privateLayerPrefix: string;
  readonly clock: Clock;
}

/** The most layers that one grant can name. */
export const MAX_LAYERS = 50;

/**
 * The most bytes of all layers of one grant, in UTF-8. A request reads up to 5,000 items, and DynamoDB charges for each 4 KB. With
 * 50 KB of layers in each, one batch would cost more than the 40,000 read units a second that a table has by default.
 */
export const MAX_LAYERS_BYTES = 4096;

const TIME_ERROR = 'must be a string: a time in RFC 3339, such as 2026-12-31T23:59:59Z';

/** The last second that RFC 3339 can write in UTC: its years have four digits. */
const LAST_TIME = '9999-12-31T23:59:59Z';

/** A time in a request. A fraction of a second is dropped. */
const Time = z
  .pipe(
    z.iso
      .datetime({ offset: true, error: TIME_ERROR, abort: true })
      .check(z.regex(/T\d\d:\d\d:\d\d/, { error: TIME_ERROR })),
    z.transform((text) => toSeconds(Date.parse(text))),
  )
  .check(
    z.refine((seconds) => seconds <= toSeconds(Date.parse(LAST_TIME)), {
      error: `must be no later than ${LAST_TIME}, in UTC`,
    }),
  );

/** The members of a grant in a request, beside its principal. */
function grantMembers({ roles, privateLayerPrefix, clock }: GrantRules) {
  const layer = z.string({ error: 'must be a string: the name of an Instant layer, or "*"' }).check(
    wellFormed,
    z.refine((name) => name === ANY_LAYER || isLayerName(name), {
      error:
        'must be "*" for every shared layer, or at most 256 characters without "*" and control characters',
      abort: true,
    }),
    z.refine((name) => !isPrivateLayer(name, privateLayerPrefix), {
      error: `must not begin with ${JSON.stringify(privateLayerPrefix)}, as private layers do; use "privateLayer" to open those`,
    }),
  );
  const knownRole = `must be one of the roles ${[...roles.keys()].join(', ')}`;
  return {
    role: z.string({ error: knownRole }).check(z.refine((name) => roles.has(name), { error: knownRole })),
    layers: withDefault(
      z.array(layer, { error: 'must be an array of layers' }).check(
        z.maxLength(MAX_LAYERS, { error: `must have at most ${MAX_LAYERS} layers` }),
        z.refine((names) => Buffer.byteLength(names.join('')) <= MAX_LAYERS_BYTES, {
          error: `must have at most ${MAX_LAYERS_BYTES} bytes in all layers together`,
        }),
        z.refine((names) => new Set(names).size === names.length, { error: 'must not name a layer twice' }),
        z.refine((names) => names.length === 1 || !names.includes(ANY_LAYER), {
          error: 'must not have other layers beside "*", which is every shared layer',
        }),
      ),
      [...DEFAULT_LAYERS],
    ),
    privateLayer: withDefault(z.boolean({ error: 'must be a boolean' }), false),
    defaultGroup: optional(
      z.string({ error: 'must be a string: a group name' }).check(
        wellFormed,
        z.refine((name) => isPrincipalName(name) && isScopeName(name), {
          error: 'must be 1 to 512 bytes without ":", "=", "*" and control characters',
        }),
      ),
    ),
    expiresAt: optional(
      Time.check(z.refine((seconds) => seconds > secondsOf(clock), { error: 'must be in the future' })),
    ),
  };
}

const opensSomething = z.refine<Pick<GrantContent, 'layers' | 'privateLayer'>>(
  ({ layers, privateLayer }) => layers.length > 0 || privateLayer,
  {
    path: ['layers'],
    error: 'must name a layer unless "privateLayer" is true: the grant would open nothing',
  },
);

const MEMBERS = '"role", "layers"?, "privateLayer"?, "defaultGroup"?, "expiresAt"?';

/** The body of a request that sets a grant. */
export function grantBodySchema(rules: GrantRules) {
  return z.strictObject(grantMembers(rules), { error: objectError(`{${MEMBERS}}`) }).check(opensSomething);
}

/** The principal of a grant: a user, a group or everyone. */
export const GrantPrincipal = z.union(
  [
    z.strictObject({ user: principalName('a user id') }),
    z.strictObject({ group: principalName('a group name') }),
    z.strictObject({ everyone: z.literal(true) }),
  ],
  {
    error:
      'must be {"user": id}, {"group": name} or {"everyone": true}; an id or name has 1 to 512 bytes and no control characters',
  },
);

/** A grant with its document and principal, in the form of import and export. */
export function wholeGrantSchema(rules: GrantRules, documentId: z.ZodMiniType<string, string>) {
  return z
    .strictObject(
      { documentId, principal: GrantPrincipal, ...grantMembers(rules) },
      { error: objectError(`{"documentId", "principal", ${MEMBERS}}`) },
    )
    .check(opensSomething);
}

/** Reads the members of a grant in a request. */
export function grantContentOf({
  role,
  layers,
  privateLayer,
  defaultGroup,
  expiresAt,
}: z.output<ReturnType<typeof grantBodySchema>>): GrantContent {
  return {
    role,
    layers,
    privateLayer,
    ...(defaultGroup !== undefined && { defaultGroup }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** A grant in an answer. */
export const GrantAnswer = z.strictObject({
  principal: GrantPrincipal,
  role: z.string(),
  layers: z.array(z.string()),
  privateLayer: z.boolean(),
  defaultGroup: z.optional(z.string()),
  expiresAt: z.optional(z.iso.datetime()),
  /** The user id of the caller who last changed it. */
  grantedBy: z.string(),
  grantedAt: z.iso.datetime(),
  /** The value for `If-Match`. */
  etag: z.string(),
});

/** A page of a document's grants in an answer. */
export const GrantsAnswer = z.strictObject({
  grants: z.array(GrantAnswer),
  /** The position of the next page; absent on the last. */
  nextCursor: z.optional(z.string()),
});

/** Writes a grant as {@link GrantAnswer}. */
export function grantAnswer(grant: Grant): z.output<typeof GrantAnswer> {
  return {
    principal: principalAnswer(grant.principal),
    role: grant.role,
    layers: [...grant.layers],
    privateLayer: grant.privateLayer,
    ...(grant.defaultGroup !== undefined && { defaultGroup: grant.defaultGroup }),
    ...(grant.expiresAt !== undefined && { expiresAt: rfc3339(grant.expiresAt) }),
    grantedBy: grant.grantedBy,
    grantedAt: rfc3339(grant.grantedAt),
    etag: grant.etag,
  };
}

/** Writes a principal as {@link GrantPrincipal}. */
export function principalAnswer(principal: Principal): z.output<typeof GrantPrincipal> {
  switch (principal.kind) {
    case 'user':
      return { user: principal.id };
    case 'group':
      return { group: principal.name };
    case 'everyone':
      return { everyone: true };
  }
}

/** Reads a principal from {@link GrantPrincipal}. */
export function principalFrom(answer: z.output<typeof GrantPrincipal>): Principal {
  if ('user' in answer) return { kind: 'user', id: answer.user };
  if ('group' in answer) return { kind: 'group', name: answer.group };
  return { kind: 'everyone' };
}
