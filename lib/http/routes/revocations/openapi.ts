import { PRINCIPAL_NAME } from '../../messages/openapi.ts';
import type { DescribedResource } from '../openapi.ts';
import { RevocationAnswer, RevocationBody } from './schemas.ts';

/** Describes the routes of revocations. */
export const revocationsResource: DescribedResource = {
  tag: { name: 'revocations', description: 'Ending tokens before they expire.' },
  schemas: {
    RevocationRequest: {
      schema: RevocationBody,
      remarks: {
        '': {
          description: "The live tokens to end. Without `userId` and `everyone`, these are the caller's own.",
          not: {
            anyOf: [
              {
                properties: { everyone: { const: true }, userId: { type: 'string' } },
                required: ['everyone', 'userId'],
              },
              // Everyone without a document: `documentId` is null or left out.
              {
                properties: { everyone: { const: true }, documentId: { type: 'null' } },
                required: ['everyone'],
              },
            ],
          },
        },
        userId: { description: 'The user of the tokens. Default: the caller.', ...PRINCIPAL_NAME },
        documentId: 'The document that they are for. Default: every document.',
        everyone:
          '`true`: the tokens of all users for the document, by an owner of it or with the scope `layermint/revocations`. It needs a `documentId`, and no `userId` can stand beside it. `false` counts as left out.',
        reason:
          'The reason. The caller that gave it can read it, and others that can revoke these tokens, except the user of the tokens.',
      },
    },
    Revocation: {
      schema: RevocationAnswer,
      remarks: {
        '': 'The progress of a revocation.',
        id: 'The id for its progress: `/v1/revocations/{id}`. It is the same for every request for the same tokens.',
        state:
          '`confirmed`: Document Engine has confirmed the revocation of all tokens that were found for this request. Without a `documentId`, the service looks for tokens again a minute after the request, and ten minutes after it if it found any. The state can then return to `pending`.',
        userId: 'The user of the tokens.',
        documentId: 'The document that they are for.',
        reason: 'The reason, if the caller can read it.',
        holders: 'The number of pairs of user and document revoked so far, for the latest request.',
        waiting:
          'The number of token ids (`jti`) that Document Engine had not confirmed as revoked at the last count. All tokens of a user for a document have the same id until they are revoked.',
        requestedAt: 'The time of the request, in UTC.',
      },
    },
  },
  operations: {
    revokeTokens: {
      summary: 'Revoke live tokens',
      description:
        'Ends live tokens: all that exist at the moment of the request, however often it is repeated. Every caller can end their own, owners those for their document, and callers with the scope `layermint/revocations` any. Grants do not change: a user with a grant can get new tokens.',
      successes: {
        200: 'Document Engine has confirmed the revocation of all tokens that were found. Without a `documentId`, the service finds tokens by an index that lags by a moment, so it looks again after a minute, and after ten if it found any.',
        202: 'The revocation is under way and continues by itself. Ask for its progress at `Location`.',
      },
    },
    getRevocation: {
      summary: 'Get the progress of a revocation',
      description:
        'For the caller that asked for the revocation, owners of its document, and callers with the scope `layermint/revocations`. A revocation is kept for a week, or for an hour at most if it found no tokens.',
      parameters: [
        { name: 'id', in: 'path', description: 'The `id` of the revocation.', schema: { type: 'string' } },
      ],
      successes: { 200: 'The progress.' },
    },
  },
};
