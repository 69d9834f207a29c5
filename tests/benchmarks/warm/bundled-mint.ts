import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import { createAuditLog } from '../../../lib/audit/index.ts';
import { parseRoles } from '../../../lib/grants/index.ts';
import type { ApiHandler } from '../../../lib/http/routes/route.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../lib/http/routes/tokens/mint-tokens.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { systemRandom } from '../../../lib/runtime/random.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { recordUse, SigningKeyCache, signingKeyFetcher, signJwt } from '../../../lib/signing-keys/index.ts';
import { Table } from '../../../lib/table/index.ts';
import { COGNITO_CALLERS } from '../../support/identity/cognito-callers.ts';

// mint-bundle.ts bundles this module as a function is bundled. So the bundle has the AWS clients, the schemas and the signatures of a
// deployed function, and nothing of the measurement.

/** Answers a call of AWS, by the name of the operation. */
export type AnswerAws = (operation: string, input: object) => object;

/** The settings of the measured stage. */
export interface MintSettings {
  readonly tableName: string;
  readonly ttl: { readonly default: Seconds; readonly max: Seconds };
}

/** A mint function that runs. */
export interface BundledMint {
  readonly mintToken: ApiHandler;
  readonly mintTokens: ApiHandler;
  /** Signs claims with the function's key and nothing else. */
  readonly sign: (claims: object) => Promise<string>;
}

/** The commands of a bundle's clients, unlike the SDK's, have the names of their operations. */
interface NamedCommand {
  readonly operation: string;
  readonly input: object;
}

/** Wires the routes as functions/mint-token.ts does, with an ES256 key and AWS in this process. Log lines are made and discarded. */
export function mintOn(answerAws: AnswerAws, { tableName, ttl }: MintSettings): BundledMint {
  const client = {
    send: ({ operation, input }: NamedCommand) => Promise.try(() => answerAws(operation, input)),
  } as unknown;
  const log = createLogger('info', () => undefined);
  const table = new Table(client as DynamoDBClient, tableName, systemClock);
  const fetchSigningKey = signingKeyFetcher(client as SecretsManagerClient, 'signing-key', 'ES256', (key) =>
    recordUse(table, key, ttl.max),
  );
  const signingKeys = new SigningKeyCache(fetchSigningKey, systemClock, log);
  const dependencies = {
    table,
    signingKeys,
    roles: parseRoles(rolesFile),
    privateLayerPrefix: 'user:',
    callers: COGNITO_CALLERS,
    ttl,
    documentEngineUrl: 'https://documents.example.com',
    clock: systemClock,
    random: systemRandom,
    log,
    audit: createAuditLog('/layermint/bench', { write: () => undefined }),
  };
  return {
    mintToken: mintTokenHandler(dependencies),
    mintTokens: mintTokensHandler(dependencies),
    sign: async (claims) => signJwt(claims, await signingKeys.current()),
  };
}
