import rolesFile from '../../../../infra/roles/roles.json' with { type: 'json' };
import { secondsOf } from '../../../../lib/runtime/clock.ts';
import { grantFromItem, type Grant } from '../../../../lib/grants/index.ts';
import { createMinting } from '../../../../lib/tokens/index.ts';
import { grant, user } from '../../grants/grants.ts';
import { claimsIn } from '../../tokens/client-token.ts';
import { allowsAnything, excessOf, type Circumstances } from '../../tokens/single-actions.ts';
import { Actor } from './actor.ts';
import { type Scene } from './scene.ts';
import { POLICY } from './situation.ts';
import { type Asked, type World } from './world.ts';
import { documentPartition } from '../../../../lib/table/index.ts';
import { type Subject } from '../../../../lib/identity/index.ts';
import { markOf } from '../../../../lib/revocation/index.ts';

/** Finds the fault of an end state; undefined if it is as it must be. */
export async function faultOf(scene: Scene): Promise<string | undefined> {
  const { table, revocations, clock, tokens, asked } = scene.world;
  for (const { subject, request, token, revoked } of tokens) {
    if (!revocations.everAccepts(token, clock.now())) continue;
    if (revoked) return 'a revoked token is still accepted';
    const grants = grantsFor({ subject, request }, scene.world);
    if (excessOf(claimsIn(token.jwt), grants, circumstances(subject, token.layer), secondsOf(clock)))
      return 'a token is still accepted although the grants do not allow it';
  }
  if (scene.world.kept.some(({ key, role }) => table.stored(key)?.['role'] !== role))
    return 'a change that was answered early took effect after a later one of its caller';
  if (table.everything().some((item) => markOf(item) !== undefined)) return 'a mark was left behind';
  for (const one of asked) {
    if (!(await isServed(one, scene))) return 'a person with a grant gets no token that is accepted';
  }
  return undefined;
}

/** Lists the grants that decide a request: the one that it brings, or those on its document. */
function grantsFor({ subject, request }: Asked, world: World): Grant[] {
  const { documentId, grant: vouched } = request;
  return vouched ? [grant(user(subject.userId), vouched.role, vouched)] : standing(documentId, world);
}

/** Lists the grants on a document. */
function standing(documentId: string, { table }: World): Grant[] {
  return table
    .everything()
    .filter(({ pk }) => pk === documentPartition(documentId))
    .flatMap((item) => grantFromItem(item) ?? []);
}

function circumstances(subject: Subject, layer: string): Circumstances {
  return { subject, layer, ...POLICY, roles: rolesFile.roles };
}

/** Tells whether a repeated request gets a token that Document Engine accepts, if the grants allow anything. */
async function isServed({ subject, request }: Asked, scene: Scene): Promise<boolean> {
  const layer = typeof request.layer === 'string' ? request.layer : '';
  const grants = grantsFor({ subject, request }, scene.world);
  if (!allowsAnything(grants, circumstances(subject, layer), secondsOf(scene.world.clock))) return true;
  const actor = new Actor(scene, { name: 'refresh', act: () => Promise.resolve() });
  const outcome = await createMinting(actor.dependencies).mintToken(subject, request);
  return outcome.outcome === 'minted' && scene.world.revocations.accepts(outcome, scene.world.clock.now());
}
