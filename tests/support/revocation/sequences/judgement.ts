import rolesFile from '../../../../infra/roles/roles.json' with { type: 'json' };
import { secondsOf } from '../../../../lib/runtime/clock.ts';
import { grantFromItem, type Grant } from '../../../../lib/grants/index.ts';
import { allowsAnything, excessOf, type Circumstances } from '../../tokens/single-actions.ts';
import { askFor } from './asking.ts';
import { PRIVATE_LAYER_PREFIX } from './function-process.ts';
import { layerOf, nameOf, type Place } from './places.ts';
import { type HeldToken, type SequenceWorld } from './sequence-world.ts';
import { documentPartition, dueOf, type Item } from '../../../../lib/table/index.ts';

/**
 * Judges the tokens that Document Engine accepts now. While work is pending, revoked tokens may still be accepted. A
 * token that was minted after the last change is always judged.
 *
 * @param items - all items of the table
 * @param minted - the tokens that were minted since the last change
 * @returns the number of accepted tokens that were judged
 * @throws an Error that names the fault
 */
export function judge(
  world: SequenceWorld,
  items: readonly Item[],
  minted: ReadonlySet<HeldToken> = new Set(),
): number {
  const waits = somethingWaits(world, items);
  let looked = 0;
  for (const token of world.tokens) {
    if (token.claims.exp <= secondsOf(world.clock)) continue;
    if (!world.accepts(token)) {
      if (minted.has(token) && world.serves)
        throw new Error(`${describe(token)} is refused from the beginning`);
      world.ended.add(token);
      continue;
    }
    if (waits && !minted.has(token)) continue;
    looked += 1;
    if (world.revoked.has(token)) throw new Error(`${describe(token)} is accepted although it was revoked`);
    const { subject, claims } = token;
    const circumstances = circumstancesOf({ subject, layer: claims.layer ?? '' });
    const grants = grantsOn(claims.document_id, items);
    const excess = excessOf(claims, grants, circumstances, secondsOf(world.clock));
    if (excess === undefined) continue;
    throw new Error(
      `${describe(token)} is accepted and allows more than any grant: ${JSON.stringify(excess)}`,
    );
  }
  return looked;
}

/** Tells whether work is pending now. */
export function somethingWaits({ clock }: SequenceWorld, items: readonly Item[]): boolean {
  return items.some((item) => (dueOf(item)?.waitingSince ?? Infinity) <= clock.now());
}

/**
 * Repeats the requests for tokens. A person with a grant must get a token that is accepted. Nobody else must get
 * one.
 *
 * @param which - all requests, or only those without a token that is accepted
 * @returns the number of requests
 * @throws an Error that names the first request with a wrong answer
 */
export async function refresh(world: SequenceWorld, which: 'all' | 'those without a token'): Promise<number> {
  const items = await world.systems.items();
  const asking = [...world.asked.values()].filter(
    ({ token }) => which === 'all' || token === undefined || !world.accepts(token),
  );
  for (const { place } of asking) {
    const minted = await askFor(place, {}, world);
    const granted = isGranted(place, items, secondsOf(world.clock));
    if (granted && !(typeof minted === 'object' && opens(minted, place, world)))
      throw new Error(`${nameOf(place)} has a grant and gets no token that is accepted`);
    if (!granted && minted !== undefined) throw new Error(`${nameOf(place)} has no grant and gets a token`);
  }
  return asking.length;
}

function opens(token: HeldToken, place: Place, { documentEngine }: SequenceWorld): boolean {
  const verified = documentEngine.verify(token.jwt);
  return (
    verified.accepted &&
    verified.claims.document_id === place.documentId &&
    (verified.claims.layer ?? '') === layerOf(place)
  );
}

function isGranted(place: Place, items: readonly Item[], at: number): boolean {
  const circumstances = circumstancesOf({ subject: place.subject, layer: layerOf(place) });
  return allowsAnything(grantsOn(place.documentId, items), circumstances, at);
}

/** Lists the grants on a document. */
function grantsOn(documentId: string, items: readonly Item[]): Grant[] {
  return items
    .filter(({ pk }) => pk === documentPartition(documentId))
    .flatMap((item) => grantFromItem(item) ?? []);
}

const circumstancesOf = (given: Pick<Circumstances, 'subject' | 'layer'>): Circumstances => ({
  ...given,
  privateLayerPrefix: PRIVATE_LAYER_PREFIX,
  roles: rolesFile.roles,
});

const describe = ({ claims: { user_id, document_id, layer = '' } }: HeldToken): string =>
  `a token of ${user_id} for layer "${layer}" of ${document_id}`;
