import { PRINCIPAL_NAME } from '../../messages/openapi.ts';
import type { DescribedResource } from '../openapi.ts';
import { RevocationAnswer, RevocationBody } from './schemas.ts';

/** Describes the routes of revocations. */
export const revocationsResource: DescribedResource = {
  tag: { name: 'revocations', description: 'To end tokens before they expire.' },
  schemas: {
    RevocationRequest: {
      schema: RevocationBody,
      remarks: {
        '': "Whose live tokens end: a user's, those for a document, or a user's for a document. With neither, the caller's own.",
        userId: { description: 'Whose tokens end.', ...PRINCIPAL_NAME },
        documentId: 'The document that they are for.',
        reason: 'Why; it is shown with the revocation.',
      },
    },
    Revocation: {
      schema: RevocationAnswer,
      remarks: {
        '': 'How far a revocation is.',
        id: 'Where to ask again: `/v1/revocations/{id}`.',
        state:
          '`confirmed`: Document Engine has confirmed everything that was found to revoke. Without a `documentId`, it can be `pending` again when the service looks again, a minute and ten minutes after the request.',
        userId: 'Whose tokens end.',
        documentId: 'The document that they are for.',
        reason: 'Why.',
        holders: 'How many holders of tokens have been revoked so far.',
        waiting: 'How many families of tokens were found unconfirmed when they were last counted.',
        requestedAt: 'When it was asked for, in UTC.',
      },
    },
  },
  operations: {
    revokeTokens: {
      summary: 'Revoke live tokens',
      description:
        'Ends live tokens: the caller’s own by anybody, those for a document by its owners, any with the scope `layermint/revocations`. Grants stay as they are: who has one can get new tokens.',
      successes: {
        200: 'Document Engine has confirmed everything that was found. Without a `documentId`, holders are found in an index that lags by a moment: the service looks again after a minute and after ten.',
        202: 'It is under way, and goes on by itself. Ask again where `Location` says.',
      },
    },
    getRevocation: {
      summary: 'See how far a revocation is',
      description:
        'For whoever asked for the revocation, an owner of the document that it is of, and callers with the scope `layermint/revocations`. It is kept for a week.',
      parameters: [
        { name: 'id', in: 'path', description: 'The `id` of the revocation.', schema: { type: 'string' } },
      ],
      successes: { 200: 'How far it is.' },
    },
  },
};
