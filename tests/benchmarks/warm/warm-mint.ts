import { decodeJwt, decodeProtectedHeader, importPKCS8, SignJWT } from 'jose';
import * as z from 'zod';
import type { ApiResult } from '../../../lib/http/routes/route.ts';
import { lambdaContext } from '../../support/http/events.ts';
import type { AwsInMemory } from '../aws-in-memory.ts';
import type { MappedBundle } from '../cold/profile/origin.ts';
import { batchRequest, mintRequest, scenario, TABLE, TTL } from '../scenario.ts';
import type { AnswerAws } from './bundled-mint.ts';
import { loadMintBundle } from './mint-bundle.ts';

/** A warm mint function in this process, bundled as deployed. Each call serves a request, up to the answer for API Gateway. */
export interface WarmMint {
  /** Mints one token, for each of the documents in turn. */
  readonly mint: () => Promise<ApiResult>;
  /** Mints a token for each of the documents in one request. */
  readonly batch: () => Promise<ApiResult>;
  /** Signs the claims of a minted token with jose as npm has it and the imported key, and nothing else. */
  readonly sign: () => Promise<string>;
  /** Signs them with the jose of the bundle, which does not wait for another thread. */
  readonly signInBundle: () => Promise<string>;
  /** The claims of a minted token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The AWS calls so far, by operation. */
  readonly awsCalls: ReadonlyMap<string, number>;
  readonly bundle: MappedBundle;
}

/** Makes a mint function, and serves a first request. */
export async function warmMint(documents = 1): Promise<WarmMint> {
  const { aws, signingKey, documentIds } = await scenario(documents);
  const { mintOn, mapped } = await loadMintBundle();
  const { mintToken, mintTokens, sign } = mintOn(answering(aws), { tableName: TABLE, ttl: TTL });
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
    signInBundle: () => sign(claims),
    claims,
    awsCalls: aws.calls,
    bundle: mapped,
  };
}

/** Answers the calls of a warm mint. The bundle's commands are not instances of the SDK's classes. */
function answering(aws: AwsInMemory): AnswerAws {
  return (operation, input) => {
    if (operation === 'BatchGetItem' && 'RequestItems' in input)
      return aws.batchGetItem(input.RequestItems as Parameters<AwsInMemory['batchGetItem']>[0]);
    if (operation === 'GetSecretValue') return aws.getSecretValue();
    throw new TypeError(`No measured code is expected to call AWS with ${operation}`);
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
