import { createAuditLog } from '../../lib/audit/index.ts';
import { decodeJwt, decodeProtectedHeader, importPKCS8, SignJWT } from 'jose';
import * as z from 'zod';
import { systemClock } from '../../lib/runtime/clock.ts';
import { parseRoles } from '../../lib/grants/index.ts';
import { mintTokensHandler } from '../../lib/http/routes/tokens/mint-tokens.ts';
import { mintTokenHandler, type MintTokenDependencies } from '../../lib/http/routes/tokens/mint-token.ts';
import type { ApiResult } from '../../lib/http/routes/route.ts';
import { systemRandom } from '../../lib/runtime/random.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import { recordUse, SigningKeyCache, signingKeyFetcher } from '../../lib/signing-keys/index.ts';
import rolesFile from '../../infra/roles/roles.json' with { type: 'json' };
import { COGNITO_CALLERS } from '../support/identity/cognito-callers.ts';
import { lambdaContext } from '../support/http/events.ts';
import { batchRequest, mintRequest, scenario, TABLE, TTL, type Scenario } from './scenario.ts';
import { Table } from '../../lib/table/index.ts';

/** A warm mint function in this process. Each call serves a request, up to the answer for API Gateway. */
export interface WarmMint {
  /** Mints one token, for each of the documents in turn. */
  readonly mint: () => Promise<ApiResult>;
  /** Mints a token for each of the documents in one request. */
  readonly batch: () => Promise<ApiResult>;
  /** Signs the claims of a minted token with jose and the imported key, and nothing else. */
  readonly sign: () => Promise<string>;
  /** The claims of a minted token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The AWS calls so far, by operation. */
  readonly awsCalls: ReadonlyMap<string, number>;
}

/** Makes a mint function, and serves a first request. */
export async function warmMint(documents = 1): Promise<WarmMint> {
  const { aws, signingKey, documentIds } = await scenario(documents);
  const dependencies = dependenciesOn(aws, signingKey);
  const mintToken = mintTokenHandler(dependencies);
  const mintTokens = mintTokensHandler(dependencies);
  const single = documentIds.map(mintRequest);
  const all = batchRequest(documentIds);
  let next = 0;
  const mint = (): Promise<ApiResult> => {
    const event = single[next++ % single.length];
    if (event === undefined) throw new RangeError('There is no document to mint for');
    return mintToken(event, lambdaContext());
  };
  const jwt = jwtOf(await mint());
  const claims = decodeJwt(jwt);
  const header = { ...decodeProtectedHeader(jwt), alg: signingKey.alg };
  const privateKey = await importPKCS8(signingKey.privateKey, signingKey.alg);
  return {
    mint,
    batch: () => mintTokens(all, lambdaContext()),
    sign: () => new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
    claims,
    awsCalls: aws.calls,
  };
}

/** Wires the routes as functions/mint-token.ts does, with AWS in memory. Log lines are made and discarded. */
function dependenciesOn(aws: Scenario['aws'], signingKey: Scenario['signingKey']): MintTokenDependencies {
  const log = createLogger('info', () => undefined);
  const table = new Table(aws.dynamoDB(), TABLE, systemClock);
  const fetchSigningKey = signingKeyFetcher(aws.secretsManager(), 'signing-key', signingKey.alg, (key) =>
    recordUse(table, key, TTL.max),
  );
  return {
    table,
    signingKeys: new SigningKeyCache(fetchSigningKey, systemClock, log),
    roles: parseRoles(rolesFile),
    privateLayerPrefix: 'user:',
    callers: COGNITO_CALLERS,
    ttl: TTL,
    documentEngineUrl: 'https://documents.example.com',
    clock: systemClock,
    random: systemRandom,
    log,
    audit: createAuditLog('/layermint/bench', { write: () => undefined }),
  };
}

const TokenBody = z.object({ jwt: z.string() });

/**
 * Reads the token in an answer.
 *
 * @throws Error if it is a refusal: the measurement would then mean nothing
 */
export function jwtOf({ statusCode, body = '' }: Pick<ApiResult, 'statusCode' | 'body'>): string {
  if (statusCode !== 201) throw new Error(`The mint answered ${String(statusCode)}: ${body}`);
  return TokenBody.parse(JSON.parse(body)).jwt;
}
