import { type Grant } from '../../../../lib/grants/index.ts';
import { removeGrantsHandler } from '../../../../lib/http/routes/grants/remove-grants.ts';
import { setGrantHandler } from '../../../../lib/http/routes/grants/set-grant.ts';
import { revokeTokensHandler } from '../../../../lib/http/routes/revocations/revoke-tokens.ts';
import { type ApiResult } from '../../../../lib/http/routes/route.ts';
import { as, type Claims } from '../../grants/grants-api.ts';
import { askFor, type Wish } from './asking.ts';
import { type Death } from './function-process.ts';
import { refresh } from './judgement.ts';
import { nameOf, type Place } from './places.ts';
import { type HeldToken, type Killed, type SequenceWorld } from './sequence-world.ts';
import { type Outage } from './systems.ts';
import { principalKey, type Principal } from '../../../../lib/identity/index.ts';

/** The kinds of steps. */
export type Kind =
  | 'mint'
  | 'refresh'
  | 'grant'
  | 'removal'
  | 'removal of all'
  | 'revocation'
  | 'rotation'
  | 'emergency'
  | 'outage'
  | 'recovery'
  | 'clock'
  | 'time to live'
  | 'sweep';

/** One step of a sequence. Its text describes it. */
export interface Step {
  readonly kind: Kind;
  /**
   * Takes the step.
   *
   * @returns its outcome, in a word or two
   * @throws an Error that names a wrong outcome
   */
  readonly take: (world: SequenceWorld) => Promise<string>;
  toString(): string;
}

const BACKEND: Claims = { sub: 'backend', scope: 'layermint/grants layermint/revocations' };

function step(kind: Kind, text: string, take: Step['take'], death?: Death): Step {
  const killed = death && `, killed ${death.takesEffect ? 'after' : 'before'} its call ${death.call + 1}`;
  return { kind, take, toString: () => text + (killed ?? '') };
}

/** Asks for a token. */
export function mint(place: Place, wish: Wish = {}, death?: Death): Step {
  const take = async (world: SequenceWorld): Promise<string> => {
    const token = await askFor(place, wish, world, death);
    if (token === 'killed') return token;
    return token === undefined ? 'refused' : 'minted';
  };
  return step('mint', `${nameOf(place)} asks for ${JSON.stringify(wish)}`, take, death);
}

/** Everyone without a token that is accepted asks again. If the world does not promise one, nobody asks. */
export const everyoneRefreshes: Step = step(
  'refresh',
  'everyone without a token asks again',
  async (world) => {
    if (!world.serves) return 'left out';
    return (await refresh(world, 'those without a token')) > 0 ? 'asked' : 'nobody';
  },
);

/** The parts of a grant to change. A part that is left out stays; a new grant gets the least. */
export interface GrantWish {
  readonly role?: string;
  readonly layers?: readonly string[];
  readonly privateLayer?: boolean;
  /** The time until it expires, in seconds. */
  readonly expires?: number | 'never';
}

/** Sets a grant: more than before, less, or something else. */
export function grant(documentId: string, principal: Principal, wish: GrantWish, death?: Death): Step {
  const text = `PUT ${JSON.stringify(wish)} for ${principalKey(principal)} on ${documentId}`;
  const take = async (world: SequenceWorld): Promise<string> => {
    const body = bodyOf(wish, await world.systems.grantOf(documentId, principal), world.clock.now());
    const request = { claims: BACKEND, query: queryOf(principal), path: { documentId }, body };
    return statusOf(await world.request('changeGrants', setGrantHandler, request, death), [200, 201]);
  };
  return step('grant', text, take, death);
}

function bodyOf({ expires, ...wish }: GrantWish, present: Grant | undefined, now: number): object {
  const { role = 'viewer', layers = [''], privateLayer = false, expiresAt } = present ?? {};
  const end = expires === undefined ? expiresAt : expires === 'never' ? undefined : now / 1000 + expires;
  const lasting = end !== undefined && { expiresAt: new Date(end * 1000).toISOString() };
  return { role, layers, privateLayer, ...wish, ...lasting };
}

/** Removes a grant. */
export function removal(documentId: string, principal: Principal, death?: Death): Step {
  const take = async (world: SequenceWorld): Promise<string> => {
    const request = { claims: BACKEND, query: queryOf(principal), path: { documentId } };
    return statusOf(await world.request('changeGrants', removeGrantsHandler, request, death), [204, 404]);
  };
  return step('removal', `DELETE for ${principalKey(principal)} on ${documentId}`, take, death);
}

/** Removes all grants of a document. */
export function removalOfAll(documentId: string, death?: Death): Step {
  const take = async (world: SequenceWorld): Promise<string> => {
    const request = { claims: BACKEND, query: 'all', path: { documentId } };
    return statusOf(await world.request('changeGrants', removeGrantsHandler, request, death), [204]);
  };
  return step('removal of all', `DELETE all on ${documentId}`, take, death);
}

/** The target of a revocation. */
export interface Target {
  readonly userId?: string;
  readonly documentId?: string;
}

/** Revokes live tokens as a backend. */
export function revocation(target: Target, death?: Death): Step {
  const body = target.userId === undefined ? { ...target, everyone: true } : target;
  return revoking(BACKEND, body, target, death);
}

/** Revokes a user's live tokens as that user. */
export function ownRevocation(userId: string, death?: Death): Step {
  return revoking(as(userId), {}, { userId }, death);
}

function revoking(claims: Claims, body: object, { userId, documentId }: Target, death?: Death): Step {
  const covers = ({ claims: { user_id, document_id } }: HeldToken): boolean =>
    (userId ?? user_id) === user_id && (documentId ?? document_id) === document_id;
  const take = async (world: SequenceWorld): Promise<string> => {
    const covered = [...world.tokens].filter(covers);
    const answer = await world.request('revoke', revokeTokensHandler, { claims, body }, death);
    const status = statusOf(answer, [200, 202]);
    if (status === 'killed') return status;
    for (const token of covered) world.revoked.add(token);
    if (status === '200' && covered.some((token) => world.accepts(token)))
      throw new Error('a token is accepted although its revocation is confirmed');
    return status;
  };
  return step(
    'revocation',
    `POST revocation ${JSON.stringify(body)} by ${String(claims['sub'])}`,
    take,
    death,
  );
}

/** Rotates the signing key, or continues an unfinished rotation. */
export function rotation(version: string, death?: Death): Step {
  return step('rotation', `rotation ${version}`, (world) => world.rotate(version, death), death);
}

/** Drops the signing key at once. */
export function emergency(death?: Death): Step {
  return step('emergency', 'emergency rotation', (world) => world.emergency(death), death);
}

/** Begins an outage of Document Engine. */
export function outage(kind: Outage): Step {
  return step('outage', `Document Engine: ${kind}`, (world) => {
    world.systems.breakDown(kind);
    return Promise.resolve('begins');
  });
}

/** The end of an outage of Document Engine. */
export const recovery: Step = step('recovery', 'Document Engine recovers', (world) => {
  world.systems.recover();
  return Promise.resolve('ends');
});

/** Lets time pass, in seconds. */
export function wait(seconds: number): Step {
  return step('clock', `${seconds} s pass`, (world) => {
    world.clock.advance(seconds * 1000);
    return Promise.resolve('');
  });
}

/** DynamoDB's deletion of expired items. */
export const timeToLive: Step = step('time to live', 'DynamoDB deletes expired items', async (world) => {
  await world.systems.deleteExpired();
  return '';
});

/** Runs the sweeper. */
export function sweep(death?: Death): Step {
  return step('sweep', 'sweep', (world) => world.sweep(death), death);
}

function queryOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return `user=${principal.id}`;
    case 'group':
      return `group=${principal.name}`;
    case 'everyone':
      return 'everyone';
  }
}

function statusOf(answer: ApiResult | Killed, expected: readonly number[]): string {
  if (answer === 'killed') return answer;
  const { statusCode = 0 } = answer;
  if (!expected.includes(statusCode)) throw new Error(`the answer is ${statusCode}`);
  return String(statusCode);
}
