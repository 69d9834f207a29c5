import * as z from 'zod';
import { fromJson } from '../from-json.ts';
import { call } from '../http-call.ts';
import type { ExplainTarget } from './explain-target.ts';

const Content = z.object({
  permissions: z.array(z.string()),
  collaborationPermissions: z.array(z.string()).optional(),
  defaultGroup: z.string().optional(),
});

const Grant = z.object({
  principal: z.union([
    z.object({ user: z.string() }),
    z.object({ group: z.string() }),
    z.object({ everyone: z.literal(true) }),
    z.object({ vouched: z.literal(true) }),
  ]),
  role: z.string(),
  layers: z.array(z.string()),
  privateLayer: z.boolean(),
  expiresAt: z.string().optional(),
  counts: z.boolean(),
  reason: z.string().optional(),
  detail: z.string(),
});

/** The part of an explanation that the command shows. A newer service can add members. */
const Explanation = z.object({
  documentId: z.string(),
  layer: z.string().optional(),
  userId: z.string(),
  outcome: z.enum(['allowed', 'refused']),
  token: Content.extend({ expiresAt: z.string() }).optional(),
  problem: z.object({ type: z.string(), status: z.int(), detail: z.string() }).optional(),
  hints: z.array(z.string()),
  grants: z.array(Grant),
  grantsLeftOut: z.int(),
  moreGrants: z.boolean(),
  liveTokens: z
    .object({
      since: z.string(),
      until: z.string().optional(),
      revocationsWaiting: z.int(),
      waitingSince: z.string().optional(),
    })
    .optional(),
});

export type ShownExplanation = z.output<typeof Explanation>;

/** An explanation, and the whole answer that it was read from. */
export interface Asked {
  readonly explanation: ShownExplanation;
  readonly answer: unknown;
}

/** The service gave no explanation. */
export class NotExplainedError extends Error {
  override readonly name = 'NotExplainedError';
}

const Problem = z.object({ title: z.string(), detail: z.string(), requestId: z.string() });

/**
 * Asks the service for an explanation.
 *
 * @param body - see `explainRequest`
 * @throws NotExplainedError with the answer of the service, or the reason that there is none
 */
export async function askExplanation({ api, callerToken }: ExplainTarget, body: unknown): Promise<Asked> {
  const answered = await call(`${api}/v1/tokens/explain`, {
    method: 'POST',
    headers: { authorization: `Bearer ${callerToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new NotExplainedError(`${api} does not answer: ${error instanceof Error ? error.message : ''}`);
  });
  const { status } = answered;
  const answer = fromJson(answered.body);
  if (status !== 200) throw new NotExplainedError(refusalOf(status, answer));
  const { data } = Explanation.safeParse(answer);
  if (data === undefined)
    throw new NotExplainedError(
      `The answer of ${api} is not an explanation: is it a token service of this version?`,
    );
  return { explanation: data, answer };
}

function refusalOf(status: number, answer: unknown): string {
  const { data } = Problem.safeParse(answer);
  if (data !== undefined) return `${status} ${data.title}. ${data.detail} (request ${data.requestId})`;
  if (status === 401) return '401: the API does not take the caller token. Get a new one.';
  return `The API answers ${status}.`;
}
