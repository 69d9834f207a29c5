import type { output } from 'zod/mini';
import type { Logger } from '../../../runtime/log.ts';
import { inspectToken, type InspectDependencies } from '../../../tokens/index.ts';
import { callerOf } from '../../authentication/caller.ts';
import { InspectBody, type InspectAnswer } from './inspect-schemas.ts';
import { readBody } from '../../messages/json-body.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { hasScope, SCOPES } from '../../authentication/scopes.ts';
import type { CallerRules } from '../../../identity/index.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface InspectTokenDependencies extends InspectDependencies {
  readonly callers: CallerRules;
  readonly log: Logger;
}

/** Makes the handler of `POST /v1/tokens/inspect`: checks rule by rule whether Document Engine would accept a token. */
export function inspectTokenHandler(dependencies: InspectTokenDependencies): ApiHandler {
  return route(routes.inspectToken, dependencies.log, async (event, note, { maxBodyBytes }) => {
    const caller = callerOf(event, dependencies);
    note({ userId: loggedUser(caller.subject.userId) });
    const { jwt, documentId, layer } = readBody(event, InspectBody, maxBodyBytes);
    const inspector = { subject: caller.subject, mayRevoke: hasScope(caller, SCOPES.revocations) };
    const inspection = await inspectToken(
      { jwt, ...(documentId !== undefined && { documentId }), ...(layer !== undefined && { layer }) },
      inspector,
      dependencies,
    );
    const { accepted, checks, header, claims } = inspection;
    // Only the names of the rules: the other fields of a check quote the token.
    note({ accepted, failed: [...new Set(checks.filter(({ ok }) => !ok).map(({ rule }) => rule))] });
    const answer: output<typeof InspectAnswer> = { accepted, checks: [...checks], header, claims };
    return json(200, answer);
  });
}
