import type { AuditLog } from '../../../audit/index.ts';
import { setGrant } from '../../../grants/index.ts';
import { loggedPrincipal } from '../../../identity/index.ts';
import { callerOf } from '../../authentication/caller.ts';
import { readBody } from '../../messages/json-body.ts';
import { readChoice, readQuery } from '../../messages/query.ts';
import { callerData } from '../../records/caller-data.ts';
import { beforeData, contentData, MOST_LAYERS, principalData } from '../../records/grant-data.ts';
import { RequestRecords } from '../../records/request-records.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { administratorOf } from './administrator.ts';
import { ALLOW_NO_OWNER, changeIn } from './grant-change.ts';
import { problemOfAdministration } from './grant-problems.ts';
import type { ListGrantsDependencies } from './list-grants.ts';
import { PRINCIPAL_PARAMETERS } from './principal-query.ts';
import { grantAnswer, grantBodySchema, grantContentOf, type GrantRules } from './schemas.ts';
import { revokeWithdrawn, type WithdrawnTokensDependencies } from './withdrawn-tokens.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface SetGrantDependencies
  extends ListGrantsDependencies, GrantRules, WithdrawnTokensDependencies {
  readonly audit: AuditLog;
}

const PARAMETERS = [...PRINCIPAL_PARAMETERS, ALLOW_NO_OWNER];

/** Makes the handler of `PUT /v1/documents/{documentId}/grants`: sets one principal's grant. */
export function setGrantHandler(dependencies: SetGrantDependencies): ApiHandler {
  const schema = grantBodySchema(dependencies);
  return route(routes.setGrant, dependencies.log, async (event, note, { maxBodyBytes }) => {
    const { audit } = dependencies;
    const records = new RequestRecords(event.requestContext.requestId, audit);
    return records.orRefused('grant.change-refused', async () => {
      const caller = callerOf(event, dependencies);
      records.about(callerData(caller, audit));
      const query = readQuery(event, PARAMETERS);
      const change = changeIn(event, query, readChoice(query, PRINCIPAL_PARAMETERS));
      const { documentId, principal } = change;
      note({ documentId, userId: loggedUser(caller.subject.userId), principal: loggedPrincipal(principal) });
      records.about({ documentId, change: 'set', ...principalData(principal, audit) });
      const content = grantContentOf(readBody(event, schema, maxBodyBytes));
      records.about(contentData(content, MOST_LAYERS));
      const set = await setGrant(administratorOf(caller), change, content, dependencies);
      if (set.outcome === 'refused') throw problemOfAdministration(set, caller.subject);
      note({ change: set.outcome });
      const { grant, mark, before } = set;
      if (set.outcome !== 'unchanged')
        records.record('grant.set', { before: before && beforeData(before, audit) });
      if (mark !== undefined) await revokeWithdrawn([{ documentId, principal, mark }], dependencies);
      return json(set.outcome === 'created' ? 201 : 200, grantAnswer(grant), { etag: `"${grant.etag}"` });
    });
  });
}
