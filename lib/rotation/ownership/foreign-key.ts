import type { JwtSecret } from '../../document-engine/index.ts';
import { secondsOf, type Clock } from '../../runtime/clock.ts';
import { DAY, type Seconds } from '../../runtime/time.ts';
import {
  REPLACEABLE_ENTRY_KEY,
  replaceableEntry,
  replaceableEntryItem,
  type Table,
} from '../../table/index.ts';
import type { PublishedKey } from '../../signing-keys/index.ts';
import type { Known, Owner } from './owners.ts';

/** The state in which Document Engine's current key turned out not to be this stage's. */
export interface ForeignKey {
  /** The entry of that key. */
  readonly current: JwtSecret;
  /** The whole list. */
  readonly entries: readonly JwtSecret[];
  /** True if Document Engine accepts the key that signs. */
  readonly accepted: boolean;
  /** True if the table has recorded an entry of the key that signs. */
  readonly recorded: boolean;
  /** True if a rotation of this stage was abandoned, which may have made its key current without recording that. */
  readonly abandoned?: boolean;
}

/** Says whose key is Document Engine's current one, as far as the list shows it, and the cure. Full sentences. */
export function explainForeignKey(found: ForeignKey): string {
  const { current, entries, accepted, recorded, abandoned = false } = found;
  const replace = `run "npm run keys -- rotate --replace-entry ${current.id}" for this stage (docs/operations.md, "A foreign current key")`;
  if (!accepted && entries.length === 1) {
    return (
      `Document Engine's only key (id ${current.id} of its list) is not this stage's, and it accepts no token of this stage any more. ` +
      'Most likely a restart with REPLACE_SECRETS_FROM_ENV=true has put back the key from its environment. Set ' +
      `REPLACE_SECRETS_FROM_ENV=false, restart Document Engine, and ${replace}`
    );
  }
  if (accepted && !recorded) {
    const others = entries.flatMap(({ id }) => (id === current.id ? [] : [id]));
    return (
      `Nothing shows that Document Engine's current key (id ${current.id} of its list) is this stage's: version 0.1.0 recorded no ids, ` +
      `and the key that signs may be in another entry (${others.join(', ')}). If no other stage and no backend rotates keys at this ` +
      `Document Engine, ${replace}`
    );
  }
  return (
    `Document Engine's current key (id ${current.id} of its list) is not this stage's: another stage or a backend has put its own key there, or a restart with REPLACE_SECRETS_FROM_ENV=true has put back the key from its environment${abandoned ? ', or a rotation of this stage that was abandoned has made its key the current one' : ''}. ` +
    'One Document Engine belongs to one stage. Turn off the rotation of the other one, or give it another Document Engine. Then ' +
    replace
  );
}

/** The time for which a permission counts. A forgotten one, or one in a restored table, must not meet another key under its id. */
const PERMITTED: Seconds = DAY;

/** The place of the permission. */
interface Permissions {
  readonly table: Table;
  readonly clock: Clock;
}

/**
 * Lets the next rotation replace an entry that this stage does not know. The rotation takes the permission away when it is done.
 * Otherwise the permission ends after a day.
 */
export async function permitReplacing({ table, clock }: Permissions, entryId: number): Promise<void> {
  await table.put(replaceableEntryItem({ entryId, until: secondsOf(clock) + PERMITTED }));
}

/** Reads the id of the entry that {@link permitReplacing} has named; undefined if there is none, or none that still counts. */
export async function permittedEntry({ table, clock }: Permissions): Promise<number | undefined> {
  const [item] = await table.batchGet([REPLACEABLE_ENTRY_KEY]);
  const permitted = item && replaceableEntry(item);
  return permitted !== undefined && secondsOf(clock) < permitted.until ? permitted.entryId : undefined;
}

/** Takes the permission of {@link permitReplacing} away, if there is one. */
export async function endPermission(table: Table): Promise<void> {
  await table.delete(REPLACEABLE_ENTRY_KEY);
}

/**
 * Says whose key is Document Engine's current one, with the cure, if the next rotation would stop because of it; undefined if it would
 * not. It changes nothing.
 *
 * @param found - `owners` as `ownersOf` finds them; `abandoned`: true if a rotation has begun and not finished
 */
export async function foreignKeyIn(
  found: {
    readonly entries: readonly JwtSecret[];
    readonly owners: ReadonlyMap<number, Owner>;
    readonly published: readonly PublishedKey[];
    readonly signing: Known['signing'];
    readonly abandoned?: boolean;
  },
  permissions: Permissions,
): Promise<string | undefined> {
  const { entries, owners, published, signing, abandoned = false } = found;
  const current = entries.find(({ expiresAt }) => expiresAt === undefined);
  // Before the first rotation, the stage says whose key that is. Without a probe, nothing shows it.
  if (current === undefined || owners.has(current.id) || signing?.accepted === undefined) return undefined;
  if ((await permittedEntry(permissions)) === current.id) return undefined;
  const recorded = published.some(({ kid, entryIds }) => kid === signing.kid && entryIds !== undefined);
  return explainForeignKey({ current, entries, accepted: signing.accepted, recorded, abandoned });
}
