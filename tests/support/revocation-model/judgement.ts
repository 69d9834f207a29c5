import {
  decide,
  documentPartition,
  grantFromItem,
  markOf,
  principalKey,
  principalsOf,
  type Allowed,
  type Subject,
} from '../../../lib/grants/index.ts';
import { mintTokens, type MintedToken } from '../../../lib/tokens/index.ts';
import { Actor, POLICY } from './actor.ts';
import { type Scene } from './scene.ts';
import { type Asked, type World } from './world.ts';

/** What is wrong with an end state; undefined where nothing is. */
export async function faultOf(scene: Scene): Promise<string | undefined> {
  const { table, revocations, clock, tokens, asked } = scene.world;
  for (const { subject, token, revoked } of tokens) {
    if (!revocations.everAccepts(token, clock.now())) continue;
    if (revoked) return 'a token lives on that was revoked';
    if (exceeds(token, allowedTo(subject, token, scene.world)))
      return 'a token lives on that the grants do not allow';
  }
  if (table.everything().some((item) => markOf(item) !== undefined)) return 'a mark was left behind';
  for (const one of asked) {
    if (!(await isServed(one, scene))) return 'somebody who has a grant gets no token that works';
  }
  return undefined;
}

/** What the grants that stand allow on a layer, for as long as they do. */
function allowedTo(
  subject: Subject,
  { documentId, layer }: Pick<MintedToken, 'documentId' | 'layer'>,
  { table, clock }: World,
): Allowed | undefined {
  const principals = new Set(principalsOf(subject).map(principalKey));
  const grants = table
    .everything()
    .filter(({ pk }) => pk === documentPartition(documentId))
    .flatMap((item) => grantFromItem(item) ?? [])
    .filter(({ principal }) => principals.has(principalKey(principal)));
  const at = Math.floor(clock.now() / 1000);
  const decision = decide({ subject, layer, at, notAfter: Infinity }, grants, POLICY);
  return decision.outcome === 'allowed' ? decision : undefined;
}

function exceeds({ permissions, expiresAt }: MintedToken, allowed: Allowed | undefined): boolean {
  return (
    allowed === undefined ||
    expiresAt > allowed.expiresAt ||
    permissions.some((permission) => !allowed.permissions.includes(permission))
  );
}

/** Whether somebody who asks again gets what the grants allow, and Document Engine accepts it. */
async function isServed({ subject, request }: Asked, scene: Scene): Promise<boolean> {
  const { documentId } = request;
  const layer = typeof request.layer === 'string' ? request.layer : '';
  if (allowedTo(subject, { documentId, layer }, scene.world) === undefined) return true;
  const actor = new Actor(scene, { name: 'refresh', act: () => Promise.resolve() });
  const [outcome] = await mintTokens(subject, [request], actor.dependencies);
  return (
    outcome?.outcome === 'minted' && scene.world.revocations.accepts(outcome.token, scene.world.clock.now())
  );
}
