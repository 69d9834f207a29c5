import * as z from 'zod/mini';
import { isLayerName, isScopeName } from '../../document-engine/index.ts';
import {
  ANY_LAYER,
  DEFAULT_LAYERS,
  isPrivateLayer,
  type Roles,
  type VouchedGrant,
} from '../../grants/index.ts';
import { isPrincipalName } from '../../identity/index.ts';
import { optional, wellFormed, withDefault } from './fields.ts';

/** The rules for a role on layers in requests. */
export interface RoleRules {
  readonly roles: Roles;
  /** The prefix of every private layer's name. */
  readonly privateLayerPrefix: string;
}

/** The most layers that one grant can name. */
export const MAX_LAYERS = 50;

/**
 * The most bytes of all layers of one grant, in UTF-8. A request reads up to 5,000 items, and DynamoDB charges for each 4 KB. With
 * 50 KB of layers in each, one batch would cost more than the 40,000 read units a second that a table has by default.
 */
export const MAX_LAYERS_BYTES = 4096;

/** A default group in a request: a group name that can stand in a scope. */
export const DefaultGroup = z.string({ error: 'must be a string: a group name' }).check(
  wellFormed,
  z.refine((name) => isPrincipalName(name) && isScopeName(name), {
    error: 'must be 1 to 512 bytes without ":", "=", "*" and control characters',
  }),
);

/** The members of a grant that say what it opens: those of a grant to store, and of one that a backend vouches for. */
export function roleMembers({ roles, privateLayerPrefix }: RoleRules) {
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
    defaultGroup: optional(DefaultGroup),
  };
}

/** Refuses a grant that opens no layer. */
export const opensSomething = z.refine<Pick<VouchedGrant, 'layers' | 'privateLayer'>>(
  ({ layers, privateLayer }) => layers.length > 0 || privateLayer,
  {
    path: ['layers'],
    error: 'must name a layer unless "privateLayer" is true: the grant would open nothing',
  },
);

/** The members of {@link roleMembers}, parsed. */
type RoleMembers = Pick<VouchedGrant, 'role' | 'layers' | 'privateLayer'> & {
  readonly defaultGroup?: string | undefined;
};

/** Reads the role and the layers of a grant in a request. */
export function roleOn({ role, layers, privateLayer, defaultGroup }: RoleMembers): VouchedGrant {
  return { role, layers, privateLayer, ...(defaultGroup !== undefined && { defaultGroup }) };
}
