import { expect } from '@jest/globals';
import { type Grant } from '../../../lib/grants/index.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { type ApiResult } from '../../../lib/http/routes/route.ts';
import { EVERYONE, grant } from '../grants/grants.ts';
import { apiEvent, lambdaContext, problemIn, tokenIn, type RequestParts } from '../http/events.ts';
import { claimsOf, type TokenClaims } from './client-token.ts';
import { minting, tableOf, type Minting } from './minting.ts';

/** A grant by which everyone edits every layer, and their private layer. */
export const EVERYONE_EDITS = grant(EVERYONE, 'editor', { layers: ['*'], privateLayer: true });

/** The answer to an attempt, and its world. */
export interface Attempt {
  readonly result: ApiResult;
  readonly world: Minting;
}

/** Asks `POST /v1/tokens` while the document `doc` has these grants. */
export async function attempt(
  grants: readonly Grant[],
  parts: RequestParts,
  given: Partial<Minting> = {},
): Promise<Attempt> {
  const world = minting({ table: await tableOf({ doc: grants }), ...given });
  return { result: await mintTokenHandler(world)(apiEvent(parts), lambdaContext()), world };
}

/** Makes an attempt that must succeed, and reads the claims of the minted token. */
export async function claimsAfter(
  grants: readonly Grant[],
  parts: RequestParts,
  given?: Partial<Minting>,
): Promise<TokenClaims> {
  const { result } = await attempt(grants, parts, given);
  expect(result.statusCode).toBe(201);
  return claimsOf(tokenIn(result).jwt);
}

/**
 * Expects that an attempt is refused with this problem. It must leave nothing in the table, and answer without a token.
 */
export async function expectRefused(
  status: number,
  slug: string,
  grants: readonly Grant[],
  parts: RequestParts,
): Promise<ApiResult> {
  const { result, world } = await attempt(grants, parts);
  expect(problemIn(result)).toMatchObject({ status, type: `urn:layermint:problem:${slug}` });
  expect(world.table.everything()).toHaveLength(grants.length);
  expect(result.body).not.toContain('eyJ');
  return result;
}
