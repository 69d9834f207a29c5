import { isOwner, type AdministrationDependencies } from '../../../grants/index.ts';
import { type Logger } from '../../../runtime/log.ts';
import {
  advanceJob,
  beginRun,
  findJob,
  isConfirmed,
  startJob,
  type RevocationDependencies,
  type RevocationJob,
  type Target,
} from '../../../revocation/index.ts';
import type * as z from 'zod/mini';
import { callerOf, type Caller } from '../../authentication/caller.ts';
import { readBody } from '../../messages/json-body.ts';
import { Problem } from '../../problems/problem.ts';
import { revocationAnswer, RevocationBody } from './schemas.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { hasScope } from '../../authentication/scopes.ts';
import { errorFields } from '../../../runtime/errors.ts';
import { type Table } from '../../../table/index.ts';
import { type ClaimNames } from '../../../identity/index.ts';

/** What the route that revokes works with. */
export interface RevokeRouteDependencies extends AdministrationDependencies, RevocationDependencies {
  readonly claimNames: ClaimNames;
}

/** What the route that shows a revocation works with. */
export interface ReadRevocationDependencies extends AdministrationDependencies {
  readonly table: Table;
  readonly claimNames: ClaimNames;
  readonly log: Logger;
}

const SCOPE = 'layermint/revocations';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * How long a request goes on with a revocation, in milliseconds; the sweeper does what is left. One page with a
 * Document Engine that does not answer can take a quarter of a minute beyond that.
 */
export const REVOKING_TIME = 5_000;

/** `POST /v1/revocations`: ends the live tokens of a user, of a document, of both, or of the caller. */
export function revokeRoute(dependencies: RevokeRouteDependencies): ApiHandler {
  return route(async (event, note) => {
    const caller = callerOf(event, dependencies.claimNames);
    const body = readBody(event, RevocationBody, MAX_BODY_BYTES);
    const target = targetOf(body, caller);
    note({ userId: caller.subject.userId, ofUser: target.userId, documentId: target.documentId });
    await assertMayRevoke(caller, target, dependencies);
    const started = await startJob(target, caller.subject.userId, body.reason, dependencies);
    note({ revocation: started.id });
    const job = await advance(started, dependencies);
    if (isConfirmed(job)) return json(200, revocationAnswer(job));
    return json(202, revocationAnswer(job), { location: `/v1/revocations/${job.id}` });
  }, dependencies.log);
}

/** `GET /v1/revocations/{id}`: how far a revocation is, for whoever asked for it, and an owner of the document that it is of. */
export function readRevocationRoute(dependencies: ReadRevocationDependencies): ApiHandler {
  return route(async (event) => {
    const caller = callerOf(event, dependencies.claimNames);
    const id = event.pathParameters?.['id'] ?? '';
    const job = /^[\w-]{1,64}$/.test(id) ? await findJob(dependencies.table, id) : undefined;
    if (job === undefined || !(await maySee(caller, job, dependencies))) {
      throw new Problem(
        'no-such-revocation',
        'You asked for no revocation with this id in the last week, and there is none of a document that you own.',
      );
    }
    return json(200, revocationAnswer(job));
  }, dependencies.log);
}

function targetOf({ userId, documentId }: z.output<typeof RevocationBody>, caller: Caller): Target {
  if (userId !== undefined) return { userId, ...(documentId !== undefined && { documentId }) };
  return documentId === undefined ? { userId: caller.subject.userId } : { documentId };
}

/** Everybody may end their own tokens, an owner those for the document, the scope any. */
async function assertMayRevoke(
  caller: Caller,
  target: Target,
  dependencies: AdministrationDependencies,
): Promise<void> {
  if (target.userId === caller.subject.userId || (await mayRevokeOthers(caller, target, dependencies)))
    return;
  throw new Problem(
    'not-granted',
    `Without the scope ${SCOPE}, a caller revokes their own tokens, and an owner those for their document.`,
  );
}

/** Not whoever else's tokens it ends: the reason is not theirs to read. */
async function maySee(
  caller: Caller,
  { requestedBy, target }: RevocationJob,
  dependencies: AdministrationDependencies,
): Promise<boolean> {
  return requestedBy === caller.subject.userId || mayRevokeOthers(caller, target, dependencies);
}

async function mayRevokeOthers(
  caller: Caller,
  { documentId }: Target,
  dependencies: AdministrationDependencies,
): Promise<boolean> {
  if (hasScope(caller, SCOPE)) return true;
  return documentId !== undefined && isOwner(caller.subject, documentId, dependencies);
}

/** Goes on with a job as far as the time allows. It is written down: what fails here is left to the sweeper. */
async function advance(job: RevocationJob, dependencies: RevokeRouteDependencies): Promise<RevocationJob> {
  try {
    return await advanceJob(job, beginRun(dependencies, REVOKING_TIME));
  } catch (error) {
    dependencies.log.warn('a revocation could not be carried out and waits', {
      revocation: job.id,
      ...errorFields(error),
    });
    return job;
  }
}
