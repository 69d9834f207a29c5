import { isOwner, type AdministrationDependencies } from '../../../grants/index.ts';
import type { CallerRules } from '../../../identity/index.ts';
import { explainToken, type ExplainDependencies } from '../../../tokens/index.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';
import { callerOf } from '../../authentication/caller.ts';
import { assertMayVouch, subjectNamed } from '../../authentication/on-behalf.ts';
import { readBody } from '../../messages/json-body.ts';
import { administratorOf } from '../grants/administrator.ts';
import { problemOfAdministration } from '../grants/grant-problems.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { mintRequestOf, type TtlBounds } from '../tokens/mint-request.ts';
import { explanationAnswer } from './explanation-answer.ts';
import { explainRequestSchema } from './schemas.ts';

export interface ExplainTokenDependencies extends ExplainDependencies, AdministrationDependencies {
  readonly callers: CallerRules;
  readonly ttl: TtlBounds;
}

/**
 * Makes the handler of `POST /v1/tokens/explain`: explains the token that a user would get, or the refusal. It is for the callers that may
 * list the grants of the document. For all others, a document that does not exist gives the same answer as one that does.
 *
 * A vouched grant in the request needs the same scope as in a mint. Without it, an owner could learn the content of roles that their own
 * grant does not let them give.
 */
export function explainTokenHandler(dependencies: ExplainTokenDependencies): ApiHandler {
  const schema = explainRequestSchema(dependencies);
  return route(routes.explainToken, dependencies.log, async (event, note, { maxBodyBytes }) => {
    const caller = callerOf(event, dependencies);
    const body = readBody(event, schema, maxBodyBytes);
    const { documentId } = body;
    note({ documentId, userId: loggedUser(caller.subject.userId) });
    const { unbound, subject: owner } = administratorOf(caller);
    if (!unbound && !(await isOwner(owner, documentId, dependencies))) {
      throw problemOfAdministration({ outcome: 'refused', reason: 'no-owner' }, owner);
    }
    assertMayVouch(caller, body);
    const subject = subjectNamed(body);
    const explanation = await explainToken(subject, mintRequestOf(body), dependencies);
    const answer = explanationAnswer(documentId, subject, explanation, event.requestContext.requestId);
    // The request log's own `outcome` is that of this request.
    note({ explained: answer.outcome });
    return json(200, answer);
  });
}
