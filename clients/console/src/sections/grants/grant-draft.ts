import type { Grant, Principal } from './grant.ts';

/** The content of the form for a grant, as it was typed. */
export interface GrantDraft extends Principal {
  readonly role: string;
  readonly shared: SharedLayers;
  /** Names of layers, one on each line. They count for `named`. */
  readonly layers: string;
  /** The default layer beside them. */
  readonly withDefault: boolean;
  readonly privateLayer: boolean;
  readonly defaultGroup: string;
  readonly ends: 'never' | 'at';
  /** A date and a time in the zone of this device. */
  readonly endsAt: string;
}

/** The choices for shared layers. */
export type SharedLayers = 'default' | 'named' | 'all' | 'none';

/** The faults of a draft, by field. */
export type DraftFaults = Partial<
  Readonly<Record<'name' | 'role' | 'layers' | 'defaultGroup' | 'endsAt', string>>
>;

/** The form for a new grant. */
export const EMPTY: GrantDraft = {
  ...{ kind: 'user', name: '', role: '', shared: 'default', layers: '', withDefault: false },
  ...{ privateLayer: false, defaultGroup: '', ends: 'never', endsAt: '' },
};

/** Fills the form from a grant. */
export function draftOf({
  principal,
  role,
  layers,
  privateLayer,
  defaultGroup,
  expiresAt,
}: Grant): GrantDraft {
  return {
    ...principal,
    role,
    shared: sharedOf(layers),
    layers: layers.filter((it) => it !== '' && it !== '*').join('\n'),
    withDefault: layers.includes(''),
    privateLayer,
    defaultGroup: defaultGroup ?? '',
    ends: expiresAt === undefined ? 'never' : 'at',
    endsAt: expiresAt === undefined ? '' : localTime(expiresAt),
  };
}

function sharedOf(layers: readonly string[]): SharedLayers {
  if (layers.length === 0) return 'none';
  if (layers.includes('*')) return 'all';
  return layers.every((it) => it === '') ? 'default' : 'named';
}

/** Finds the faults that need no answer of the service. */
export function faultsOf(draft: GrantDraft): DraftFaults {
  const { kind, name, role, shared, privateLayer, ends, endsAt } = draft;
  return {
    ...(kind !== 'everyone' && name === '' && { name: `Enter the name of the ${kind}.` }),
    // Half of a surrogate pair has no place in an address.
    ...(/\p{Surrogate}/u.test(name) && { name: 'This name holds a broken character.' }),
    ...(role.trim() === '' && { role: 'Enter a role.' }),
    ...(shared === 'named' &&
      layersOf(draft).length === 0 && { layers: 'Name a layer, or choose otherwise above.' }),
    ...(shared === 'none' && !privateLayer && { layers: 'Without any layer, the grant opens nothing.' }),
    ...(ends === 'at' && Number.isNaN(Date.parse(endsAt)) && { endsAt: 'Enter a whole date and time.' }),
  };
}

/**
 * Makes the body of the request.
 *
 * @param seen - the grant before the change. An untouched time stays to the second, also in the hour that a clock change repeats.
 */
export function bodyOf(draft: GrantDraft, seen: Pick<Grant, 'expiresAt'> | undefined): object {
  const { role, privateLayer, defaultGroup, ends, endsAt } = draft;
  return {
    role: role.trim(),
    layers: layersOf(draft),
    privateLayer,
    ...(defaultGroup !== '' && { defaultGroup }),
    ...(ends === 'at' && { expiresAt: instantOf(endsAt, seen?.expiresAt) }),
  };
}

/** Lists the layers of a draft. Blanks belong to the names. */
function layersOf({ shared, layers, withDefault }: GrantDraft): string[] {
  if (shared === 'none') return [];
  if (shared === 'all') return ['*'];
  if (shared === 'default') return [''];
  const named = layers.split(/\r?\n/).filter((it) => it !== '');
  return [...(withDefault ? [''] : []), ...new Set(named)];
}

/** Converts a time of this device to UTC. */
export function instantOf(endsAt: string, before?: string): string {
  const at = Date.parse(endsAt);
  if (before !== undefined && Date.parse(localTime(before)) === at) return before;
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Writes a moment as a date and a time in the zone of this device, for an input. */
export function localTime(instant: string): string {
  const at = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const year = String(at.getFullYear()).padStart(4, '0');
  const date = [year, two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}
