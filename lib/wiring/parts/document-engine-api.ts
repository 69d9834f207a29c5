import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ApiToken, DocumentEngineClient } from '../../document-engine/index.ts';
import { systemClock } from '../../runtime/clock.ts';
import { checked, optional } from '../../runtime/environment.ts';
import { isLoopback } from '../../runtime/loopback.ts';

// Clients append a path to the URL, so it has no query, fragment or slash at its end. They would see credentials, so it has none.
const SERVER_URL = /^https?:\/\/[^\s?#@\\]*[^\s?#@\\/]$/;

function isServerUrl(value: string): boolean {
  if (!SERVER_URL.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || isLoopback(url);
}

/** The variable of a function that tells apps the URL of Document Engine. */
export const ofDocumentEngine = {
  DOCUMENT_ENGINE_URL: checked(
    isServerUrl,
    'must be the https URL of Document Engine, without a slash at its end',
  ),
};

/** The variables of a function that calls Document Engine's own API. */
export const ofDocumentEngineApi = {
  ...ofDocumentEngine,
  DOCUMENT_ENGINE_API_URL: optional(
    isServerUrl,
    'must be the https URL under which the functions reach Document Engine, without a slash at its end',
  ),
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: checked(
    (value) => value.startsWith('arn:'),
    "must be the ARN of the secret that holds Document Engine's API token",
  ),
};

/** The environment of a function that calls Document Engine's own API. */
export interface DocumentEngineEnvironment {
  readonly DOCUMENT_ENGINE_URL: string;
  /** Absent if it is the same as DOCUMENT_ENGINE_URL. */
  readonly DOCUMENT_ENGINE_API_URL?: string | undefined;
  readonly DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: string;
}

/** Makes a client of Document Engine's own API. */
export function documentEngineOf(
  environment: DocumentEngineEnvironment,
  secretsManager: SecretsManagerClient,
): DocumentEngineClient {
  return new DocumentEngineClient({
    url: environment.DOCUMENT_ENGINE_API_URL ?? environment.DOCUMENT_ENGINE_URL,
    apiToken: new ApiToken(secretsManager, environment.DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN, systemClock),
    clock: systemClock,
  });
}
