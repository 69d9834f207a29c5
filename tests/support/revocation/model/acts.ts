import {
  removeAllGrants,
  removeGrant,
  setGrant,
  type Change,
  type GrantContent,
} from '../../../../lib/grants/index.ts';
import {
  advanceJob,
  beginRun,
  isConfirmed,
  finishWithdrawals,
  startJob,
  sweep,
  type Target,
  clearMark,
} from '../../../../lib/revocation/index.ts';
import { createMinting, type MintRequest } from '../../../../lib/tokens/index.ts';
import { subject } from '../../grants/grants.ts';
import { type Actor } from './actor.ts';
import { type Act } from './situation.ts';
import { raising } from './weaknesses.ts';
import { TableThrough, type TableOperations } from '../../table/table-through.ts';
import {
  grantKey,
  holderKey,
  StoreRefusedError,
  StoreUnavailableError,
  type Key,
} from '../../../../lib/table/index.ts';
import { type Principal } from '../../../../lib/identity/index.ts';

const ADMINISTRATOR = { subject: subject('owner'), unbound: true };

/** The document of most situations. */
export const DOCUMENT = 'doc';

/** Asks for a token for a person. */
export function mint(
  userId: string,
  { groups = [], ...details }: Partial<MintRequest> & { readonly groups?: readonly string[] } = {},
): Act {
  const request: MintRequest = { documentId: DOCUMENT, layer: '', ttlSeconds: 86_400, ...details };
  const person = subject(userId, groups);
  return {
    name: `${request.grant ? 'vouched mint' : 'mint'} for ${userId}`,
    act: async (actor) => {
      actor.asks(person, request);
      const { mintToken } = createMinting(actor.dependencies);
      const token = await mintToken(person, request).catch(unlessContended);
      if ('jwt' in token) await actor.holds(person, request, token);
    },
  };
}

/** Removes a grant and revokes the tokens that were built from it, like the route. */
export function remove(principal: Principal, finish = finishWithdrawal): Act {
  const change: Change = { documentId: DOCUMENT, principal, precondition: () => true, allowNoOwner: true };
  return {
    name: `removal of ${nameOf(principal)}`,
    mayStop: true,
    act: async (actor) => {
      const removed = await removeGrant(ADMINISTRATOR, change, actor.dependencies).catch(unlessContended);
      if ('mark' in removed) await finish(change, removed.mark, actor).catch(unlessContended);
    },
  };
}

/** Sets a grant, and revokes the tokens that were built from it if it allows less than before, like the route. */
export function set(principal: Principal, content: Partial<GrantContent>, isSecond = false): Act {
  const change: Change = { documentId: DOCUMENT, principal, precondition: () => true, allowNoOwner: true };
  const whole: GrantContent = { role: 'viewer', layers: [''], privateLayer: false, ...content };
  return {
    name: `${whole.role} for ${nameOf(principal)}`,
    mayStop: true,
    act: async (actor) => {
      const outcome = await setGrant(ADMINISTRATOR, change, whole, actor.dependencies).catch(unlessContended);
      if ('mark' in outcome) await finishWithdrawal(change, outcome.mark, actor).catch(unlessContended);
      if ('grant' in outcome && isSecond)
        actor.keeps({ key: grantKey(DOCUMENT, principal), role: whole.role });
    },
  };
}

/** Removes all grants of the document, like the route. */
export const removeAll: Act = {
  name: 'removal of all grants',
  act: async (actor) => {
    const removals = await removeAllGrants(DOCUMENT, actor.dependencies).catch(unlessContended);
    const withdrawals = removals.map((removal) => ({ documentId: DOCUMENT, ...removal }));
    await finishWithdrawals(withdrawals, beginRun(actor.dependencies, Infinity)).catch(unlessContended);
  },
};

/** Lets a caller set a grant after an earlier request of the same caller was answered. No other actor may change it. */
export function andThen(act: Act, principal: Principal, content: Partial<GrantContent>): Act {
  return { ...act, then: set(principal, content, true) };
}

async function finishWithdrawal(
  { documentId, principal }: Change,
  mark: string,
  actor: Actor,
): Promise<void> {
  await finishWithdrawals([{ documentId, principal, mark }], beginRun(actor.dependencies, Infinity));
}

/** Finishes the removal of a grant in the wrong order. */
export async function clearMarkFirst(change: Change, mark: string, actor: Actor): Promise<void> {
  const { documentId, principal } = change;
  const { table, clock } = actor.dependencies;
  await clearMark(table, grantKey(documentId, principal), mark, Math.floor(clock.now() / 1000));
  await finishWithdrawal(change, mark, actor);
}

/**
 * Revokes all live tokens of a user, of a document, or of a user for a document, like the route.
 *
 * @param isLeft - true if the process ends right after the request is recorded
 */
export function revoke(target: Target, isLeft = false): Act {
  return {
    name: `revocation of ${Object.values(target).join(' on ')}`,
    mayStop: true,
    revokes: true,
    act: async (actor) => {
      const job = await actor.revokes(
        ({ userId }, { documentId }) =>
          (target.userId ?? userId) === userId && (target.documentId ?? documentId) === documentId,
        () => startJob(target, 'owner', undefined, actor.dependencies),
      );
      if (isLeft) return;
      if (!isConfirmed(job))
        await advanceJob(job, beginRun(actor.dependencies, Infinity)).catch(unlessContended);
    },
  };
}

/** Makes the same act, but its caller may be answered early, and its process frozen. */
export function frozen(act: Act): Act {
  return { ...act, mayFreeze: true };
}

/** Makes the same act, but its request arrives at any step. */
export function later(act: Act): Act {
  return { ...act, arrivesLater: true };
}

/** Makes the same act, but without a crash. */
export function steadily({ mayStop: _, ...act }: Act): Act {
  return act;
}

/** One run of the sweeper. */
export const sweeper: Act = {
  name: 'sweeper',
  mayStop: true,
  act: async (actor) => {
    await sweep(beginRun(actor.dependencies, Infinity));
  },
};

/** One run of the sweeper, in which the table refuses to end the families of one user. */
export function sweeperRefused(userId: string): Act {
  const { sk } = holderKey(DOCUMENT, userId);
  const refusing = (table: TableOperations): Partial<TableOperations> => ({
    update: (key, update, condition) =>
      key.sk === sk && raising(key, update)
        ? Promise.reject(new StoreRefusedError('refused'))
        : table.update(key, update, condition),
  });
  return {
    ...sweeper,
    name: 'refused sweeper',
    act: async ({ dependencies }) => {
      const table = new TableThrough(dependencies.table, refusing);
      await sweep(beginRun({ ...dependencies, table }, Infinity));
    },
  };
}

/** Finishes no removal: its process ends right after the grant is removed. */
export const left = (): Promise<void> => Promise.resolve();

/** Deletes an item if its time to live is past, as DynamoDB does. */
export function expiry(key: Key): Act {
  return { name: 'expiry', act: (actor) => actor.expires(key) };
}

/** Lets time pass, in milliseconds. */
export function wait(milliseconds: number): Act {
  return { name: 'time', act: (actor) => actor.waits(milliseconds) };
}

/** Ignores contention: the caller is told to try again, and the sweeper finishes the work that was written. */
function unlessContended(error: unknown): [] {
  if (error instanceof StoreUnavailableError) return [];
  throw error;
}

function nameOf(principal: Principal): string {
  return principal.kind === 'user' ? principal.id : principal.kind === 'group' ? principal.name : 'everyone';
}
