import { ApiError, type Api } from '../../api.ts';
import { readCaller, type Caller } from '../../caller-answer.ts';
import { readMintedToken, type Minted } from '../access/minted-token.ts';
import { readExplanation, type Explanation } from '../grants/explanation.ts';
import { readInspection, type Inspection } from '../inspect/inspection.ts';

/** The request whose way is followed. */
export interface Wanted {
  readonly documentId: string;
  /** `""` for the default layer. */
  readonly layer: string;
}

/** The answers at each station of a request. A station that the request did not reach is absent. */
export interface Way {
  readonly wanted: Wanted;
  /** The refusal of the caller, or the caller. */
  readonly caller: Caller | ApiError;
  /** `not-allowed`: the person may not see the grants. */
  readonly explanation?: Explanation | 'not-allowed' | ApiError;
  readonly token?: Omit<Minted['token'], 'jwt'> | ApiError;
  readonly inspection?: Inspection | ApiError;
}

/**
 * Follows a request of the signed-in person through the service. It mints a real token, and drops it after its inspection.
 *
 * @throws ApiError if the service does not answer, or the person must sign in again
 */
export async function followWay(api: Api, wanted: Wanted): Promise<Way> {
  const { documentId, layer } = wanted;
  const caller = await answerOf(api.get('/v1/caller', readCaller));
  if (caller instanceof ApiError) return { wanted, caller };
  const about = { documentId, ...(layer !== '' && { layer }) };
  const explanation = await explained(api, about, caller);
  const token = await answerOf(api.post('/v1/tokens', { body: about }, readMintedToken));
  if (token instanceof ApiError) return { wanted, caller, explanation, token };
  const { jwt, ...shown } = token;
  const body = { jwt, documentId, layer };
  const inspection = await answerOf(api.post('/v1/tokens/inspect', { body }, readInspection));
  return { wanted, caller, explanation, token: shown, inspection };
}

async function explained(
  api: Api,
  about: object,
  { userId, groups, name }: Caller,
): Promise<NonNullable<Way['explanation']>> {
  const body = { ...about, userId, groups, ...(name !== undefined && { name }) };
  const explanation = await answerOf(api.post('/v1/tokens/explain', { body }, readExplanation));
  const isForbidden = explanation instanceof ApiError && explanation.status === 403;
  return isForbidden ? 'not-allowed' : explanation;
}

/** Takes a refusal as an answer. A service that does not answer ends the way. */
async function answerOf<T>(asked: Promise<{ readonly body: T }>): Promise<T | ApiError> {
  try {
    return (await asked).body;
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind === 'offline' || error.kind === 'signed-out') throw error;
    return error;
  }
}
