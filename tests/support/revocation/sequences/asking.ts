import { type Permission } from '../../../../lib/document-engine/index.ts';
import { mintTokenHandler } from '../../../../lib/http/routes/tokens/mint-token.ts';
import { tokenIn } from '../../http/events.ts';
import { as } from '../../grants/grants-api.ts';
import { type Death } from './function-process.ts';
import { nameOf, PRIVATE, type Place } from './places.ts';
import { type HeldToken, type Killed, type SequenceWorld } from './sequence-world.ts';

/** The parts of a request for a token, besides the place. */
export interface Wish {
  readonly ttlSeconds?: number;
  readonly permissions?: readonly Permission[] | undefined;
}

/**
 * Asks for a token.
 *
 * @returns the token, or undefined if it is not granted
 * @throws an Error if the answer is neither a token nor a 403
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
