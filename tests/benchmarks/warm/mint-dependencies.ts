import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import { createAuditLog } from '../../../lib/audit/index.ts';
import { parseRoles } from '../../../lib/grants/index.ts';
import type { MintTokenDependencies } from '../../../lib/http/routes/tokens/mint-token.ts';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { systemRandom } from '../../../lib/runtime/random.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { recordUse, SigningKeyCache, signingKeyFetcher } from '../../../lib/signing-keys/index.ts';
import { Table } from '../../../lib/table/index.ts';
import { COGNITO_CALLERS } from '../../support/identity/cognito-callers.ts';

/** The settings of the measured stage. */
export interface MintSettings {
  readonly tableName: string;
  readonly ttl: { readonly default: Seconds; readonly max: Seconds };
}

/** The clients of the functions. */
interface AwsClients {
  readonly dynamoDB: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
}

/** Wires a mint as lib/wiring does, with an ES256 key. Log lines and records are made and discarded. */
export function mintDependencies(
  { dynamoDB, secretsManager }: AwsClients,
  clock: Clock,
  { tableName, ttl }: MintSettings,
): MintTokenDependencies {
  const log = createLogger(
    'info',
    () => undefined,
    () => clock.now(),
  );
  const table = new Table(dynamoDB, tableName, clock);
  const fetchSigningKey = signingKeyFetcher(secretsManager, 'signing-key', 'ES256', (key) =>
    recordUse(table, key, ttl.max),
  );
  return {
    table,
    signingKeys: new SigningKeyCache(fetchSigningKey, clock, log),
    roles: parseRoles(rolesFile),
    privateLayerPrefix: 'user:',
    callers: COGNITO_CALLERS,
    ttl,
    documentEngineUrl: 'https://documents.example.com',
    clock,
    random: systemRandom,
    log,
    audit: createAuditLog('/layermint/bench', { write: () => undefined }),
  };
}
