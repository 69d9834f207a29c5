import { type Permission } from '../../../../lib/document-engine/index.ts';
import { mintTokenHandler } from '../../../../lib/http/routes/tokens/mint-token.ts';
import { tokenIn } from '../../http/events.ts';
import { as } from '../../grants/grants-api.ts';
import { type Death } from './function-process.ts';
import { nameOf, PRIVATE, type Place } from './places.ts';
import { type HeldToken, type Killed, type SequenceWorld } from './sequence-world.ts';

/** What a token is asked for, beside the place. */
export interface Wish {
  readonly ttlSeconds?: number;
  readonly permissions?: readonly Permission[] | undefined;
}

/**
 * Asks for a token.
 *
 * @returns it, or undefined where it is not granted
 */
export async function askFor(
  place: Place,
  wish: Wish,
  world: SequenceWorld,
  death?: Death,
): Promise<HeldToken | Killed | undefined> {
  const { subject, documentId, layer } = place;
  world.asked.set(nameOf(place), { place, ...world.asked.get(nameOf(place)) });
  const request = {
    claims: as(subject.userId, ...subject.groups),
    body: { documentId, ...(layer === PRIVATE ? { privateLayer: true } : { layer }), ...wish },
  };
  const answer = await world.request('mint', mintTokenHandler, request, death);
  if (answer === 'killed') return answer;
  if (answer.statusCode === 403) return undefined;
  if (answer.statusCode !== 201) throw new Error(`a mint is answered with ${String(answer.statusCode)}`);
  return world.handOut(place, tokenIn(answer).jwt);
}
