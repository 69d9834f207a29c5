import { hash } from 'node:crypto';
import type { output } from 'zod/mini';
import type { AuditLog } from '../../../audit/index.ts';
import type { Logger } from '../../../runtime/log.ts';
import { mintBackendToken, type BackendTokenDependencies } from '../../../tokens/index.ts';
import { backendTokenRequestSchema, type BackendTokenAnswer, type BackendTokenRules } from './schemas.ts';
import { warningsOf } from './warnings.ts';
import { callerOf } from '../../authentication/caller.ts';
import { readBody } from '../../messages/json-body.ts';
import { Problem } from '../../problems/problem.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import { callerData } from '../../records/caller-data.ts';
import { listed, type Data } from '../../records/grant-data.ts';
import { RequestRecords } from '../../records/request-records.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { assertScope, SCOPES } from '../../authentication/scopes.ts';
import type { CallerRules } from '../../../identity/index.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface MintBackendTokenDependencies extends BackendTokenDependencies, BackendTokenRules {
  readonly callers: CallerRules;
  readonly log: Logger;
  readonly audit: AuditLog;
}

/** The most documents that a record lists. */
const MOST_DOCUMENTS = 100;

/** Makes the handler of `POST /v1/backend-tokens`: mints a token for Document Engine's backend routes. */
export function mintBackendTokenHandler(dependencies: MintBackendTokenDependencies): ApiHandler {
  const schema = backendTokenRequestSchema(dependencies);
  return route(routes.mintBackendToken, dependencies.log, async (event, note, { maxBodyBytes }) => {
    const { audit } = dependencies;
    const records = new RequestRecords(event.requestContext.requestId, audit);
    return records.orRefused('backend-token.refused', async () => {
      const caller = callerOf(event, dependencies);
      records.about(callerData(caller, audit));
      note({ userId: loggedUser(caller.subject.userId) });
      assertScope(caller, SCOPES.backendTokens, 'A backend token');
      const { allowedOrigins, ...body } = readBody(event, schema, maxBodyBytes);
      const asked = { ...body, ...(allowedOrigins && { allowedOrigins }) };
      const { allowedDocumentIds: documentIds, allowedOperations: operations } = asked;
      note({ documentIds, ...noteOf(operations, dependencies.operations) });
      records.about({ ...noteOf(operations, dependencies.operations), ...documentsData(documentIds) });
      const token = await mintBackendToken(asked, dependencies);
      if (token === undefined) {
        throw new Problem(
          'token-too-large',
          'The token would be longer than 8 KB. Name fewer documents, operations or origins.',
        );
      }
      records.record('backend-token.minted', {
        expiresAt: rfc3339(token.expiresAt),
        jti: token.jti,
        kid: token.kid,
        tokenSha256: hash('sha256', token.jwt),
      });
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
  });
}

/** Lists the documents of the token, or says that it is for every one. */
function documentsData(documentIds: readonly string[] | string): Data {
  return typeof documentIds === 'string'
    ? { documentIds }
    : listed('documentIds', documentIds, MOST_DOCUMENTS);
}

/** The operations of a token, for the logs. */
interface NamedOperations {
  readonly operations: string | readonly string[];
  readonly otherOperations?: number;
}

/** Names the documented operations, and counts all others: their names are any text of the request, and no such text reaches the log. */
function noteOf(operations: readonly string[] | string, known: readonly string[]): NamedOperations {
  if (typeof operations === 'string') return { operations };
  const documented = operations.filter((name) => known.includes(name));
  const others = operations.length - documented.length;
  return { operations: documented, ...(others > 0 && { otherOperations: others }) };
}
