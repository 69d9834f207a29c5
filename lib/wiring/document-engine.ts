import { type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { systemClock } from '../runtime/clock.ts';
import { ApiToken, DocumentEngineClient } from '../document-engine/index.ts';

/** The environment of a function that calls Document Engine's own API. */
export interface DocumentEngineEnvironment {
  readonly DOCUMENT_ENGINE_URL: string;
  /** Empty where it is the same. */
  readonly DOCUMENT_ENGINE_API_URL: string;
  readonly DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: string;
}

/** A client of Document Engine's own API. */
export function documentEngineOf(
  environment: DocumentEngineEnvironment,
  secretsManager: SecretsManagerClient,
): DocumentEngineClient {
  return new DocumentEngineClient({
    url: environment.DOCUMENT_ENGINE_API_URL || environment.DOCUMENT_ENGINE_URL,
    apiToken: new ApiToken(secretsManager, environment.DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN, systemClock),
    clock: systemClock,
  });
}
