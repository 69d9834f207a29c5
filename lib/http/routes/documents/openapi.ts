import { NEXT_CURSOR, PAGING } from '../../messages/openapi.ts';
import type { DescribedResource } from '../openapi.ts';
import { DocumentsAnswer, LayerAnswer } from './schemas.ts';

/** Describes the route of the documents that a caller can open. */
export const documentsResource: DescribedResource = {
  tag: { name: 'documents', description: 'The documents that the caller can open.' },
  schemas: {
    OpenableLayer: {
      schema: LayerAnswer,
      remarks: {
        '': 'A layer that the caller can open, or every shared layer without an entry of its own.',
        layer: 'The name of the layer; `""` is the default layer.',
        anyLayer: 'In place of a name: every shared layer without an entry of its own.',
        roles: 'The roles of all grants that apply.',
        permissions: 'The permissions of a token if the request names none.',
        expiresAt:
          'The time at which the first grant that a token is built from ends, in UTC. Absent: none of them ends.',
      },
    },
    DocumentPage: {
      schema: DocumentsAnswer,
      remarks: {
        '': 'A page of the documents that the caller can open.',
        documents: 'Each document once, in the order of their ids.',
        'documents[].documentId': 'The document.',
        'documents[].layers': 'The layers that the caller can open, at most 1,000.',
        nextCursor: NEXT_CURSOR,
      },
    },
  },
  operations: {
    listDocuments: {
      summary: 'List the documents that the caller can open',
      description:
        'Lists documents and layers in pages. The caller’s own grants, those of their groups and those for everyone count.',
      parameters: PAGING,
      successes: { 200: 'A page.' },
    },
  },
};
