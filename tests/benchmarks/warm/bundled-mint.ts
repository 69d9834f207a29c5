import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ApiHandler } from '../../../lib/http/routes/route.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../lib/http/routes/tokens/mint-tokens.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { signJwt } from '../../../lib/signing-keys/index.ts';
import { mintDependencies, type MintSettings } from './mint-dependencies.ts';

// mint-bundle.ts bundles this module as a function is bundled. So the bundle has the AWS clients, the schemas and the signatures of a
// deployed function, and nothing of the measurement.

/** Answers a call of AWS, by the name of the operation. */
export type AnswerAws = (operation: string, input: object) => object;

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
export function mintOn(answerAws: AnswerAws, settings: MintSettings): BundledMint {
  const client = {
    send: ({ operation, input }: NamedCommand) => Promise.try(() => answerAws(operation, input)),
  } as unknown;
  const clients = { dynamoDB: client as DynamoDBClient, secretsManager: client as SecretsManagerClient };
  const dependencies = mintDependencies(clients, systemClock, settings);
  return {
    mintToken: mintTokenHandler(dependencies),
    mintTokens: mintTokensHandler(dependencies),
    sign: async (claims) => signJwt(claims, await dependencies.signingKeys.current()),
  };
}
