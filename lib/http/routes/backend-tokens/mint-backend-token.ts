import type { output } from 'zod/mini';
import type { Logger } from '../../../runtime/log.ts';
import { mintBackendToken, type BackendTokenDependencies } from '../../../tokens/index.ts';
import { backendTokenRequestSchema, type BackendTokenAnswer, type BackendTokenRules } from './schemas.ts';
import type { LogFields } from '../../../runtime/log.ts';
import { warningsOf } from './warnings.ts';
import { callerOf } from '../../authentication/caller.ts';
import { readBody } from '../../messages/json-body.ts';
import { Problem } from '../../problems/problem.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { assertScope, SCOPES } from '../../authentication/scopes.ts';
import type { CallerRules } from '../../../identity/index.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface MintBackendTokenDependencies extends BackendTokenDependencies, BackendTokenRules {
  readonly callers: CallerRules;
  readonly log: Logger;
}

/** Makes the handler of `POST /v1/backend-tokens`: mints a token for Document Engine's backend routes. */
export function mintBackendTokenHandler(dependencies: MintBackendTokenDependencies): ApiHandler {
  const schema = backendTokenRequestSchema(dependencies);
  return route('mintBackendToken', dependencies.log, async (event, note, { maxBodyBytes }) => {
    const caller = callerOf(event, dependencies);
    note({ userId: loggedUser(caller.subject.userId) });
    assertScope(caller, SCOPES.backendTokens, 'A backend token');
    const { allowedOrigins, ...body } = readBody(event, schema, maxBodyBytes);
    const asked = { ...body, ...(allowedOrigins && { allowedOrigins }) };
    const { allowedDocumentIds: documentIds, allowedOperations: operations } = asked;
    note({ documentIds, ...noteOf(operations, dependencies.operations) });
    const token = await mintBackendToken(asked, dependencies);
    if (token === undefined) {
      throw new Problem(
        'token-too-large',
        'The token would be longer than 8 KB. Name fewer documents, operations or origins.',
      );
    }
    note({ jti: token.jti, kid: token.kid, expiresAt: token.expiresAt }, { BackendTokensMinted: 1 });
    const { ttlSeconds: _asked, ...allowed } = asked;
    const warnings = warningsOf(asked, dependencies.operations);
    const answer: output<typeof BackendTokenAnswer> = {
      jwt: token.jwt,
      ...allowed,
      issuedAt: rfc3339(token.issuedAt),
      expiresAt: rfc3339(token.expiresAt),
      refreshAt: rfc3339(token.refreshAt),
      serverUrl: dependencies.documentEngineUrl,
      ...(warnings.length > 0 && { warnings }),
    };
    return json(201, answer);
  });
}

/** Names the documented operations, and counts all others: their names are any text of the request, and no such text reaches the log. */
function noteOf(operations: readonly string[] | string, known: readonly string[]): LogFields {
  if (typeof operations === 'string') return { operations };
  const documented = operations.filter((name) => known.includes(name));
  const others = operations.length - documented.length;
  return { operations: documented, ...(others > 0 && { otherOperations: others }) };
}
