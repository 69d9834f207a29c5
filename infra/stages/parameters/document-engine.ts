import type { ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

/** {@link ParameterGroup} */
export const DOCUMENT_ENGINE: ParameterGroup = {
  title: 'Document Engine',
  parameters: {
    documentEngineUrl: {
      variable: 'DOCUMENT_ENGINE_URL',
      allowed: 'an https URL without a trailing slash',
      does: 'The address at which the apps reach Document Engine. Every answer repeats it as `serverUrl`.',
    },
    documentEngineApiTokenSecretArn: {
      variable: 'DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN',
      value: () => values.secretArn('document-engine-api-token-AbCdEf'),
      allowed: 'the ARN of a secret',
      does: "The secret with Document Engine's `API_AUTH_TOKEN`. Layermint needs it to revoke tokens and to replace keys. See [below](#document-engines-api-token).",
    },
    documentEngineApiUrl: {
      otherwise: '`documentEngineUrl`',
      variable: 'DOCUMENT_ENGINE_API_URL',
      allowed: 'an https URL without a trailing slash',
      does: 'The address at which the functions reach Document Engine, if it is another one.',
    },
    probeDocumentId: {
      otherwise: 'none',
      variable: 'PROBE_DOCUMENT_ID',
      allowed: 'a document id, not `.` or `..`',
      does: 'A document that Document Engine holds. Rotation opens its cover to test a key, if Document Engine revokes JWTs without verifying them.',
    },
  },
};
