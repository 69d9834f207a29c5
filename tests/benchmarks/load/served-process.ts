import { createAuditLog } from '../../../lib/audit/index.ts';
import { parseRoles } from '../../../lib/grants/index.ts';
import { listDocumentsHandler } from '../../../lib/http/routes/documents/list-documents.ts';
import type { ApiHandler } from '../../../lib/http/routes/route.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../lib/http/routes/tokens/mint-tokens.ts';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { systemRandom } from '../../../lib/runtime/random.ts';
import { recordUse, SigningKeyCache, signingKeyFetcher } from '../../../lib/signing-keys/index.ts';
import { Table } from '../../../lib/table/index.ts';
import { createDynamoDBClient, createSecretsManagerClient } from '../../../lib/wiring/parts/aws.ts';
import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import { COGNITO_CALLERS } from '../../support/identity/cognito-callers.ts';
import type { MintSettings } from '../warm/bundled-mint.ts';
import type { Kind } from './traffic.ts';

// run-load.ts bundles this module as a function is bundled.

/**
 * Wires the routes as lib/wiring does, with the clients of the functions, but with a clock that is passed in. Log lines are made and
 * discarded. The environment tells the address of AWS.
 */
export function handlersOn(
  clock: Clock,
  { tableName, ttl }: MintSettings,
): Readonly<Record<Kind, ApiHandler>> {
  const log = createLogger(
    'info',
    () => undefined,
    () => clock.now(),
  );
  const table = new Table(createDynamoDBClient(), tableName, clock);
  const fetchKey = signingKeyFetcher(createSecretsManagerClient(), 'signing-key', 'ES256', (key) =>
    recordUse(table, key, ttl.max),
  );
  const roles = parseRoles(rolesFile);
  const dependencies = {
    table,
    signingKeys: new SigningKeyCache(fetchKey, clock, log),
    roles,
    privateLayerPrefix: 'user:',
    policy: { roles, privateLayerPrefix: 'user:' },
    callers: COGNITO_CALLERS,
    ttl,
    documentEngineUrl: 'https://documents.example.com',
    clock,
    random: systemRandom,
    log,
    audit: createAuditLog('/layermint/load', { write: () => undefined }),
  };
  const mint = mintTokenHandler(dependencies);
  return {
    mint,
    refused: mint,
    batch: mintTokensHandler(dependencies),
    list: listDocumentsHandler(dependencies),
  };
}
