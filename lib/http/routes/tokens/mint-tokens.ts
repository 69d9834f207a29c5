import * as z from 'zod/mini';
import type { LogFields } from '../../../runtime/log.ts';
import {
  createMinting,
  type MintFailure,
  type MintOutcome,
  type MintRequest,
} from '../../../tokens/index.ts';
import { BatchResults, type Entry } from './batch-results.ts';
import { batchRequestSchema } from './batch-schemas.ts';
import { callerOf, type Caller } from '../../authentication/caller.ts';
import { optional } from '../../messages/fields.ts';
import { parseInput, readBody } from '../../messages/json-body.ts';
import type { MintTokenDependencies } from './mint-token.ts';
import { mintRequestOf, mintRequestSchema, OnBehalfOf, type MintRequestBody } from './mint-request.ts';
import { assertMayVouch, subjectFor } from '../../authentication/on-behalf.ts';
import { problemOf } from '../../problems/problem-of.ts';
import { pointerTo, Problem } from '../../problems/problem.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { countingRefusal, refusalMetrics } from './token-metrics.ts';
import { takeWithinLimit } from './within-limit.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';
import { errorFields } from '../../../runtime/errors.ts';
import { MintRecords } from '../../records/mint-records.ts';

const BatchRequest = batchRequestSchema(z.unknown());

/** Reads only the person of each entry, even if the entry has other faults. An entry that is not an object names nobody. */
const NamedInEntries = z.object({
  requests: z.array(
    z.pipe(
      z.transform((entry: unknown) => (isObject(entry) ? entry : {})),
      z.object({ onBehalfOf: optional(OnBehalfOf) }),
    ),
  ),
});

/** Makes the handler of `POST /v1/tokens/batch`: mints up to 100 tokens for one user, each with its own result. */
export function mintTokensHandler(dependencies: MintTokenDependencies): ApiHandler {
  const { documentEngineUrl, log } = dependencies;
  const schema = mintRequestSchema(dependencies);
  const minting = createMinting(dependencies);
  return route(routes.mintTokens, log, (event, note, { maxBodyBytes }) => {
    const { requestId } = event.requestContext;
    const records = new MintRecords(requestId, dependencies);
    const work = async () => {
      const caller = callerOf(event, dependencies);
      records.by(caller);
      const body = readBody(event, BatchRequest, maxBodyBytes);
      const onBehalfOf = sharedOnBehalfOf(parseInput(NamedInEntries, body).requests);
      const entries = body.requests.map((entry) => parsed(schema, entry, caller));
      const asked = entries.flatMap((entry) => ('problem' in entry ? [] : [entry]));
      records.asks(asked, onBehalfOf);
      const subject = subjectFor(caller, onBehalfOf);
      note({
        userId: loggedUser(subject.userId),
        entries: entries.length,
        ...(onBehalfOf && { callerId: loggedUser(caller.subject.userId) }),
      });

      await takeWithinLimit(dependencies, subject.userId, entries.length);
      const results = new BatchResults(entries, { requestId, subject, documentEngineUrl, records });
      const outcomes = await minting.mintTokens(subject, asked, (outcome) => {
        results.take(outcome);
      });
      const all = results.all();
      const { problems } = results;
      note(noteOf(outcomes, asked), {
        TokensMinted: all.length - problems.length,
        ...refusalMetrics(problems),
      });
      for (const { error } of outcomes.filter(isFailureOfOurs))
        log.error('an entry of a batch failed', { requestId, ...errorFields(error) });
      return json(200, { results: all });
    };
    return countingRefusal(note, () => records.orRefused(work));
  });
}

/**
 * Parses an entry, and checks that the caller may ask for it. Its faults are returned and not thrown, because one bad entry must
 * not spoil the others.
 */
function parsed(schema: ReturnType<typeof mintRequestSchema>, entry: unknown, caller: Caller): Entry {
  let request: MintRequest | undefined;
  try {
    request = mintRequestOf(parseInput(schema, entry));
    assertMayVouch(caller, request);
    return request;
  } catch (error) {
    if (error instanceof Problem) return { problem: error, ...(request && { request }) };
    throw error;
  }
}

/**
 * Returns the person that all entries name.
 *
 * @throws Problem 400 if they name more than one person, or one person with different groups
 */
function sharedOnBehalfOf(
  entries: readonly Pick<MintRequestBody, 'onBehalfOf'>[],
): MintRequestBody['onBehalfOf'] {
  const shared = entries[0]?.onBehalfOf;
  const other = entries.findIndex(({ onBehalfOf }) => personKey(onBehalfOf) !== personKey(shared));
  if (other === -1) return shared;
  const detail = 'must be the same in every entry: a batch is for one user';
  const pointer = pointerTo(['requests', other, 'onBehalfOf']);
  throw new Problem('invalid-request', `${pointer} ${detail}.`, { errors: [{ pointer, detail }] });
}

/** Tells whether an entry failed by no fault of the request. One that reads too much is refused. */
function isFailureOfOurs(outcome: MintOutcome): outcome is MintFailure {
  return outcome.outcome === 'failed' && problemOf(outcome.error).status >= 500;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function personKey(onBehalfOf: MintRequestBody['onBehalfOf']): string {
  if (onBehalfOf === undefined) return '';
  const { userId, groups = [], name } = onBehalfOf;
  return JSON.stringify([userId, [...new Set(groups)].sort(), name]);
}

/**
 * Makes the log fields of the minted tokens. The lists have the same order. A token that no backend vouched for has an empty role in
 * `vouchedRoles`.
 *
 * @param asked - the request of each outcome
 */
function noteOf(outcomes: readonly MintOutcome[], asked: readonly MintRequest[]): LogFields {
  const minted = outcomes.flatMap((outcome, index) =>
    outcome.outcome === 'minted' ? [{ ...outcome, vouchedRole: asked[index]?.grant?.role }] : [],
  );
  return {
    minted: minted.length,
    documentIds: minted.map(({ documentId }) => documentId),
    jtis: minted.map(({ family }) => family),
    ...(minted.some(({ vouchedRole }) => vouchedRole !== undefined) && {
      vouchedRoles: minted.map(({ vouchedRole = '' }) => vouchedRole),
    }),
    ...(minted[0] && { kid: minted[0].kid }),
  };
}
