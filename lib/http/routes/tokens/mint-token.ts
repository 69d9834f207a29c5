import { createMinting, type MintDependencies } from '../../../tokens/index.ts';
import { callerOf } from '../../authentication/caller.ts';
import { readBody } from '../../messages/json-body.ts';
import { mintRequestOf, mintRequestSchema, type TtlBounds } from './mint-request.ts';
import { subjectFor } from '../../authentication/on-behalf.ts';
import { problemOfRefusal } from '../../problems/problem-of.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { tokenAnswer } from './token-answer.ts';
import { type ClaimNames } from '../../../identity/index.ts';

/** What the mint route works with. */
export interface MintRouteDependencies extends MintDependencies {
  readonly claimNames: ClaimNames;
  readonly ttl: TtlBounds;
  /** Document Engine's base URL, without a slash at its end. */
  readonly documentEngineUrl: string;
}

const MAX_BODY_BYTES = 64 * 1024;

/** `POST /v1/tokens`: mints one token. */
export function mintRoute(dependencies: MintRouteDependencies): ApiHandler {
  const schema = mintRequestSchema(dependencies.ttl);
  const minting = createMinting(dependencies);
  return route(async (event, note) => {
    const caller = callerOf(event, dependencies.claimNames);
    const body = readBody(event, schema, MAX_BODY_BYTES);
    const subject = subjectFor(caller, body.onBehalfOf);
    note({ documentId: body.documentId, userId: subject.userId });
    const token = await minting.mintToken(subject, mintRequestOf(body));
    if (token.outcome === 'refused') throw problemOfRefusal(token);
    note({ jti: token.family, kid: token.kid, expiresAt: token.expiresAt });
    return json(201, tokenAnswer(token, dependencies.documentEngineUrl));
  }, dependencies.log);
}
