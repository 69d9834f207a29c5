import { listDocumentsHandler } from '../../../lib/http/routes/documents/list-documents.ts';
import type { ApiHandler } from '../../../lib/http/routes/route.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../lib/http/routes/tokens/mint-tokens.ts';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { createDynamoDBClient, createSecretsManagerClient } from '../../../lib/wiring/parts/aws.ts';
import { mintDependencies, type MintSettings } from '../warm/mint-dependencies.ts';
import type { Kind } from './traffic.ts';

// run-load.ts bundles this module as a function is bundled.

/**
 * Wires the routes as lib/wiring does, with the clients of the functions, but with a clock that is passed in. Log lines are made and
 * discarded. The environment tells the address of AWS.
 */
export function handlersOn(clock: Clock, settings: MintSettings): Readonly<Record<Kind, ApiHandler>> {
  const clients = { dynamoDB: createDynamoDBClient(), secretsManager: createSecretsManagerClient() };
  const dependencies = mintDependencies(clients, clock, settings);
  const { roles, privateLayerPrefix } = dependencies;
  const mint = mintTokenHandler(dependencies);
  return {
    mint,
    refused: mint,
    batch: mintTokensHandler(dependencies),
    list: listDocumentsHandler({ ...dependencies, policy: { roles, privateLayerPrefix } }),
  };
}
