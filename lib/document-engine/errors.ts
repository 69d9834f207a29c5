import { LayermintError } from '../runtime/errors.ts';

/** Document Engine could not be reached, or did not answer as documented. A later attempt may succeed. */
export class DocumentEngineUnavailableError extends LayermintError {
  override readonly name = 'DocumentEngineUnavailableError';
  readonly code = 'DOCUMENT_ENGINE_UNAVAILABLE';

  /**
   * @param call - method and route, such as `POST /api/revoke`
   * @param reason - a clause that says why there is no answer
   */
  constructor(call: string, reason: string) {
    super(`Document Engine did not serve ${call}: ${reason}`);
  }
}

/** Document Engine refused a call, and would refuse it again. The message names the setting to check. */
export class DocumentEngineRefusalError extends LayermintError {
  override readonly name = 'DocumentEngineRefusalError';
  readonly code = 'DOCUMENT_ENGINE_REFUSED';
  /** The HTTP status of the refusal. */
  readonly status: number;

  /** @param call - method and route, such as `POST /api/revoke` */
  constructor(call: string, status: number) {
    super(`Document Engine refused ${call} with ${status}. ${whatToCheck(call, status)}`);
    this.status = status;
  }
}

function whatToCheck(call: string, status: number): string {
  if (status === 401 || status === 403) {
    return (
      'Its API token is wrong: the secret that the stage parameter "documentEngineApiTokenSecretArn" names must hold ' +
      "Document Engine's API_AUTH_TOKEN"
    );
  }
  if (status === 400 && call.includes('/api/secrets/jwt')) {
    return (
      'Check that its REPLACE_SECRETS_FROM_ENV is false, as it otherwise takes its one key from its environment, and ' +
      'that its JWT_ALGORITHM is the stage parameter "algorithm"'
    );
  }
  if (status === 404 && call.includes('/documents/')) return 'It has no such document';
  if (status === 404 || (status >= 300 && status < 400)) {
    return 'Check that the stage parameter "documentEngineApiUrl" (unless set, "documentEngineUrl") is its base URL';
  }
  return 'Its own log says why';
}

/** The API token cannot be read from its secret. The message names the cure, and quotes no part of the secret. */
export class ApiTokenUnavailableError extends LayermintError {
  override readonly name = 'ApiTokenUnavailableError';
  readonly code = 'API_TOKEN_UNAVAILABLE';
}
