import { SignJWT, decodeJwt, decodeProtectedHeader, importPKCS8 } from 'jose';
import * as z from 'zod';
import { systemClock } from '../../lib/clock.ts';
import { parseRoles } from '../../lib/grants/index.ts';
import { mintRoute } from '../../lib/http/mint.ts';
import type { ApiResult } from '../../lib/http/route.ts';
import { createLogger } from '../../lib/log.ts';
import { SigningKeyCache, signingKeyFetcher } from '../../lib/signing-keys/index.ts';
import { Table } from '../../lib/table.ts';
import rolesFile from '../../infra/roles.json' with { type: 'json' };
import { lambdaContext } from '../support/events.ts';
import { scenario, TABLE } from './scenario.ts';

/** A mint function that is warm, in this process. */
export interface WarmMint {
  /** Serves one request, up to the answer for API Gateway. Its log line is made and thrown away. */
  readonly mint: () => Promise<ApiResult>;
  /** Signs the claims of a token that was minted, with jose and the key imported, and nothing else. */
  readonly sign: () => Promise<string>;
  /** The claims of a token that was minted. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** AWS calls so far, by operation. */
  readonly awsCalls: ReadonlyMap<string, number>;
}

/** Wires the mint route as functions/mint.ts does, with AWS answered in memory, and serves a first request. */
export async function warmMint(): Promise<WarmMint> {
  const { aws, signingKey, event } = await scenario();
  let logged = 0;
  const log = createLogger('info', (line) => {
    logged += line.length;
  });
  const fetchSigningKey = signingKeyFetcher(aws.secretsManager(), 'signing-key', signingKey.alg, () =>
    Promise.resolve(),
  );
  const handler = mintRoute({
    table: new Table(aws.dynamoDB(), TABLE, systemClock),
    signingKeys: new SigningKeyCache(fetchSigningKey, systemClock, log),
    roles: parseRoles(rolesFile),
    privateLayerPrefix: 'user:',
    claimNames: { userId: 'sub', groups: 'cognito:groups', name: 'name' },
    ttl: { default: 3600, max: 86_400 },
    documentEngineUrl: 'https://documents.example.com',
    clock: systemClock,
    log,
  });
  const mint = (): Promise<ApiResult> => handler(event, lambdaContext());
  const jwt = jwtOf(await mint());
  if (logged === 0) throw new Error('The mint has logged nothing');
  const claims = decodeJwt(jwt);
  const header = decodeProtectedHeader(jwt);
  const privateKey = await importPKCS8(signingKey.privateKey, signingKey.alg);
  const sign = (): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ ...header, alg: signingKey.alg }).sign(privateKey);
  return { mint, sign, claims, awsCalls: aws.calls };
}

const TokenBody = z.object({ jwt: z.string() });

/**
 * The token that an answer holds.
 *
 * @throws Error where it is no token but a refusal: measuring that would mean nothing
 */
export function jwtOf({ statusCode, body = '' }: Pick<ApiResult, 'statusCode' | 'body'>): string {
  if (statusCode !== 201) throw new Error(`The mint answered ${String(statusCode)}: ${body}`);
  return TokenBody.parse(JSON.parse(body)).jwt;
}
