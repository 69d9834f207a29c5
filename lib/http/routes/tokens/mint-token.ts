import { createMinting, type MintDependencies } from '../../../tokens/index.ts';
import { callerOf } from '../../authentication/caller.ts';
import { readBody } from '../../messages/json-body.ts';
import { mintRequestOf, mintRequestSchema, type TtlBounds } from './mint-request.ts';
import { assertMayVouch, subjectFor } from '../../authentication/on-behalf.ts';
import { MintRecords, type MintRecordsDependencies } from '../../records/mint-records.ts';
import { problemOfRefusal } from './mint-problems.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { tokenAnswer } from './token-answer.ts';
import { countingRefusal, loggedLayerOf } from './token-metrics.ts';
import { takeWithinLimit, type LimitDependencies } from './within-limit.ts';
import type { CallerRules } from '../../../identity/index.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface MintTokenDependencies extends MintDependencies, MintRecordsDependencies, LimitDependencies {
  readonly callers: CallerRules;
  readonly ttl: TtlBounds;
  /** Document Engine's base URL, without a slash at its end. */
  readonly documentEngineUrl: string;
}

/** Makes the handler of `POST /v1/tokens`: mints one token. */
export function mintTokenHandler(dependencies: MintTokenDependencies): ApiHandler {
  const schema = mintRequestSchema(dependencies);
  const minting = createMinting(dependencies);
  return route(routes.mintToken, dependencies.log, (event, note, { maxBodyBytes }) => {
    const records = new MintRecords(event.requestContext.requestId, dependencies);
    const work = async () => {
      const caller = callerOf(event, dependencies);
      records.by(caller);
      const body = readBody(event, schema, maxBodyBytes);
      const request = mintRequestOf(body);
      records.asks([request], body.onBehalfOf);
      const subject = subjectFor(caller, body.onBehalfOf);
      assertMayVouch(caller, request);
      note({
        documentId: body.documentId,
        layer: loggedLayerOf(request, subject, dependencies.privateLayerPrefix),
        userId: loggedUser(subject.userId),
        ...(body.onBehalfOf && { callerId: loggedUser(caller.subject.userId) }),
        ...(request.grant && { vouchedRole: request.grant.role }),
      });
      await takeWithinLimit(dependencies, subject.userId, 1);
      const token = await minting.mintToken(subject, request);
      if (token.outcome === 'refused')
        throw records.refused(problemOfRefusal(token, subject), request, token);
      records.minted(token);
      note({ jti: token.family, kid: token.kid, expiresAt: token.expiresAt }, { TokensMinted: 1 });
      return json(201, tokenAnswer(token, dependencies.documentEngineUrl));
    };
    return countingRefusal(note, () => records.orRefused(work));
  });
}
