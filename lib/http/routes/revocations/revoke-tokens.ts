import type * as z from 'zod/mini';
import type { AdministrationDependencies } from '../../../grants/index.ts';
import type { CallerRules } from '../../../identity/index.ts';
import {
  advanceJob,
  beginRun,
  isConfirmed,
  startJob,
  type RevocationDependencies,
  type RevocationJob,
  type Target,
} from '../../../revocation/index.ts';
import { errorFields } from '../../../runtime/errors.ts';
import { callerOf, type Caller } from '../../authentication/caller.ts';
import { lackingGrant } from '../../authentication/lacking-grant.ts';
import { SCOPES } from '../../authentication/scopes.ts';
import { readBody } from '../../messages/json-body.ts';
import { callerData } from '../../records/caller-data.ts';
import { RequestRecords } from '../../records/request-records.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { mayRevokeOthers } from './revoking-others.ts';
import { REVOKING_TIME } from './revoking-time.ts';
import { revocationAnswer, RevocationBody } from './schemas.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface RevokeTokensDependencies extends AdministrationDependencies, RevocationDependencies {
  readonly callers: CallerRules;
}

/** Makes the handler of `POST /v1/revocations`: ends the live tokens of a user, of a document, of both, or of the caller. */
export function revokeTokensHandler(dependencies: RevokeTokensDependencies): ApiHandler {
  return route(routes.revokeTokens, dependencies.log, async (event, note, { maxBodyBytes }) => {
    const { audit } = dependencies;
    const records = new RequestRecords(event.requestContext.requestId, audit);
    return records.orRefused('revocation.request-refused', async () => {
      const caller = callerOf(event, dependencies);
      records.about(callerData(caller, audit));
      const body = readBody(event, RevocationBody, maxBodyBytes);
      const target = targetOf(body, caller);
      note({
        userId: loggedUser(caller.subject.userId),
        ...(target.userId !== undefined && { ofUser: loggedUser(target.userId) }),
        documentId: target.documentId,
      });
      const { userId: ofUser, documentId } = target;
      records.about({
        userId: ofUser === undefined ? undefined : audit.userId(ofUser),
        documentId,
        everyone: ofUser === undefined || undefined,
        reasonGiven: body.reason !== undefined,
      });
      await assertMayRevoke(caller, target, dependencies);
      const { reason } = body;
      const started = await startJob(target, caller.subject.userId, reason, dependencies);
      records.record('revocation.requested', { revocationId: started.id });
      note({ revocation: started.id });
      const job = await advance(started, dependencies);
      const request = { at: started.askedAt, ...(reason !== undefined && { reason }) };
      const answer = revocationAnswer(job, request);
      if (answer.state === 'confirmed') return json(200, answer);
      // On a domain with a base path, this path has it too.
      return json(202, answer, { location: `${event.rawPath}/${job.id}` });
    });
  });
}

function targetOf({ userId, documentId, everyone }: z.output<typeof RevocationBody>, caller: Caller): Target {
  const ofDocument = documentId !== undefined && { documentId };
  if (everyone && ofDocument) return ofDocument;
  return { userId: userId ?? caller.subject.userId, ...ofDocument };
}

/** Lets callers end their own tokens, owners end those for their document, and callers with the scope end any. */
async function assertMayRevoke(
  caller: Caller,
  target: Target,
  dependencies: AdministrationDependencies,
): Promise<void> {
  if (target.userId === caller.subject.userId) return;
  if (await mayRevokeOthers(caller, target, dependencies)) return;
  throw lackingGrant(
    'not-granted',
    `Without the scope ${SCOPES.revocations}, a caller can revoke their own tokens, and an owner those for their document.`,
    caller.subject,
  );
}

/** Continues a job as far as the time allows. The job is in the table: if this fails, the sweeper continues it. */
async function advance(job: RevocationJob, dependencies: RevokeTokensDependencies): Promise<RevocationJob> {
  if (isConfirmed(job)) return job;
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
