import type { JwtSecret } from '../../document-engine/index.ts';
import { readPublishedKeys } from '../../signing-keys/index.ts';
import { RotationRefusedError } from '../errors.ts';
import { KeyList } from '../key-list.ts';
import type { Checkpoint } from '../lease/lease.ts';
import { currentPair } from '../pairs.ts';
import { probe } from '../probe.ts';
import { expiryOfRotation } from '../registration.ts';
import type { RotationDependencies } from '../rotation-run.ts';
import { explainForeignKey, permittedEntry } from './foreign-key.ts';
import { ownersOf } from './owners.ts';

/** Document Engine's current entry before the rotation has changed anything. */
export interface Replaceable {
  /** Undefined if the list shows no current entry. */
  readonly id: number | undefined;
  /** True if it holds a key of this stage. */
  readonly isOwn: boolean;
}

/**
 * Finds Document Engine's current entry, and makes sure that the rotation may replace it: it holds a key of this stage, or the stage
 * or an operator has said that it may be replaced. It changes nothing.
 *
 * @param checkpoint - of the run, if there is one: it names abandoned rotations
 * @throws RotationRefusedError if the entry belongs to somebody else. The message says to whom, and the cure
 */
export async function findReplaceable(
  dependencies: RotationDependencies,
  keys: KeyList,
  { abandoned = [] }: Checkpoint = {},
): Promise<Replaceable> {
  const { secret, algorithm, table, documentEngine, clock, probeDocumentId, predecessor } = dependencies;
  const entries = await keys.entries();
  const current = await keys.current();
  if (current === undefined) return { id: undefined, isOwn: false };
  const { id } = current;
  const pair = await currentPair(secret, algorithm);
  const published = await readPublishedKeys(table);
  if (pair === undefined) {
    const isOwn = ownersOf(entries, { published }).has(id);
    if (!isOwn && predecessor === undefined) throw unsaid(current);
    return { id, isOwn };
  }
  if ((await permittedEntry({ table, clock })) === id) return { id, isOwn: false };

  const [accepted = false] = await probe([pair], documentEngine, clock, probeDocumentId);
  // The entries that an abandoned rotation made for its own key hold no key that signs.
  const isNewOfAbandoned = (entry: JwtSecret): boolean =>
    abandoned.some((rotation) => expiryOfRotation(rotation, 'new').isOn(entry));
  const owners = ownersOf(
    entries.filter((entry) => !isNewOfAbandoned(entry)),
    { published, predecessor, signing: { kid: pair.kid, accepted } },
  );
  // Version 0.1.0 recorded the entry in the checkpoint alone. A new database gives its id again.
  if (owners.has(id) || (accepted && abandoned.some((run) => run.current === id))) return { id, isOwn: true };
  const recorded = published.some(({ kid, entryIds }) => kid === pair.kid && entryIds !== undefined);
  throw foreignKey(
    explainForeignKey({ current, entries, accepted, recorded, abandoned: abandoned.length > 0 }),
  );
}

/**
 * Makes sure, before a rotation is asked for, that it would not stop because of Document Engine's current key.
 *
 * @throws RotationRefusedError if it would. Errors of the Document Engine client, the table and the SDK are passed on
 */
export async function assertNoForeignKey(dependencies: RotationDependencies): Promise<void> {
  await findReplaceable(dependencies, new KeyList(dependencies.documentEngine));
}

/** The error of a rotation that stops before it replaces a key of somebody else. @param explanation - of {@link explainForeignKey} */
export function foreignKey(explanation: string): RotationRefusedError {
  return new RotationRefusedError(
    `The rotation has stopped, and Document Engine keeps its current key. ${explanation}`,
  );
}

function unsaid({ id }: JwtSecret): RotationRefusedError {
  return new RotationRefusedError(
    `The first rotation replaces Document Engine's current key (id ${id} of its list), and the stage does not say whose that is. Set its ` +
      'parameter "predecessorPublicKey" to the public key of the backend that signs with it, and "predecessorValidUntil"; or to none, ' +
      'if no token of that key must stay valid. Then deploy, and run "npm run keys -- rotate" (docs/configuration.md)',
  );
}
