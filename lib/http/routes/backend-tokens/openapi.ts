import { ANY } from '../../../tokens/index.ts';
import { CONTROL_CHARACTERS, TOKEN_LIFE } from '../../messages/openapi.ts';
import { type DescribedResource, type DescribedStage, referenceTo } from '../openapi.ts';
import { BackendTokenAnswer, backendTokenRequestSchema } from './schemas.ts';

/** Describes the route of backend tokens. */
export const backendTokensResource = ({ backendTokenRules }: DescribedStage): DescribedResource => ({
  tag: { name: 'backend tokens', description: 'Tokens for Document Engine’s backend routes.' },
  schemas: {
    BackendTokenRequest: {
      schema: backendTokenRequestSchema(backendTokenRules),
      remarks: {
        '': 'The backend token to mint. `"any"` needs the stage parameter `backendTokensForAny`.',
        allowedDocumentIds: 'The documents that it is for.',
        'allowedDocumentIds|0': {
          uniqueItems: true,
          items: { $ref: referenceTo('DocumentId'), not: { const: ANY } },
        },
        allowedOperations: "The operations that it allows, by Document Engine's names.",
        'allowedOperations|0': { uniqueItems: true },
        'allowedOperations[]': {
          description: `An operation. Document Engine documents ${backendTokenRules.operations.join(', ')}.`,
          not: { const: ANY },
        },
        allowedOrigins: {
          description: 'The origins that can use it. Default: every one.',
          uniqueItems: true,
        },
        'allowedOrigins[]': {
          description:
            'An origin or a regular expression. Document Engine does not document whether it compares the whole origin or only its host.',
          format: 'regex',
          pattern: `^[^${CONTROL_CHARACTERS}]+$`,
        },
        ttlSeconds: 'The life of the token, in seconds.',
      },
    },
    BackendToken: {
      schema: BackendTokenAnswer,
      remarks: {
        '': "A token for Document Engine's backend routes.",
        jwt: 'The token.',
        allowedDocumentIds: 'The documents that it is for.',
        allowedOperations: 'The operations that it allows.',
        allowedOrigins: 'The origins that can use it. Absent: every one.',
        ...TOKEN_LIFE,
        serverUrl: "Document Engine's base URL.",
        warnings: 'The values of the request with a doubtful effect. Absent: none.',
        'warnings[].pointer': 'A JSON Pointer to the value in the request.',
        'warnings[].detail': 'The doubt about the value.',
      },
    },
  },
  operations: {
    mintBackendToken: {
      summary: 'Mint a backend token',
      description:
        'Mints a token for Document Engine’s backend routes, such as `/api/build` and `/api/sign`. A backend token cannot be revoked; it lives at most an hour.',
      successes: { 201: 'The token.' },
    },
  },
});
