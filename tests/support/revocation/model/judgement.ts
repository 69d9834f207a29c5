import rolesFile from '../../../../infra/roles/roles.json' with { type: 'json' };
import { secondsOf } from '../../../../lib/runtime/clock.ts';
import { grantFromItem, type Grant } from '../../../../lib/grants/index.ts';
import { createMinting } from '../../../../lib/tokens/index.ts';
import { claimsIn } from '../../tokens/client-token.ts';
import { allowsAnything, excessOf, type Circumstances } from '../../tokens/single-actions.ts';
import { Actor } from './actor.ts';
import { type Scene } from './scene.ts';
import { POLICY } from './situation.ts';
import { type Asked, type World } from './world.ts';
import { documentPartition } from '../../../../lib/table/index.ts';
import { type Subject } from '../../../../lib/identity/index.ts';
import { markOf } from '../../../../lib/revocation/index.ts';

/** What is wrong with an end state; undefined where nothing is. */
export async function faultOf(scene: Scene): Promise<string | undefined> {
  const { table, revocations, clock, tokens, asked } = scene.world;
  for (const { subject, token, revoked } of tokens) {
    if (!revocations.everAccepts(token, clock.now())) continue;
    if (revoked) return 'a token lives on that was revoked';
    const grants = standing(token.documentId, scene.world);
    if (excessOf(claimsIn(token.jwt), grants, circumstances(subject, token.layer), secondsOf(clock)))
      return 'a token lives on that the grants do not allow';
  }
  if (table.everything().some((item) => markOf(item) !== undefined)) return 'a mark was left behind';
  for (const one of asked) {
    if (!(await isServed(one, scene))) return 'somebody who has a grant gets no token that works';
  }
  return undefined;
}

/** The grants that stand on a document. */
function standing(documentId: string, { table }: World): Grant[] {
  return table
    .everything()
    .filter(({ pk }) => pk === documentPartition(documentId))
    .flatMap((item) => grantFromItem(item) ?? []);
}

function circumstances(subject: Subject, layer: string): Circumstances {
  return { subject, layer, ...POLICY, roles: rolesFile.roles };
}

/** Whether somebody who asks again gets what the grants allow, and Document Engine accepts it. */
async function isServed({ subject, request }: Asked, scene: Scene): Promise<boolean> {
  const { documentId } = request;
  const layer = typeof request.layer === 'string' ? request.layer : '';
  const grants = standing(documentId, scene.world);
  if (!allowsAnything(grants, circumstances(subject, layer), secondsOf(scene.world.clock))) return true;
  const actor = new Actor(scene, { name: 'refresh', act: () => Promise.resolve() });
  const outcome = await createMinting(actor.dependencies).mintToken(subject, request);
  return outcome.outcome === 'minted' && scene.world.revocations.accepts(outcome, scene.world.clock.now());
}
