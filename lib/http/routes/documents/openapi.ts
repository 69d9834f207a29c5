import { NEXT_CURSOR, PAGING } from '../../messages/openapi.ts';
import type { DescribedResource } from '../openapi.ts';
import { DocumentsAnswer, LayerAnswer } from './schemas.ts';

/** Describes the route of the documents that a caller can open. */
export const documentsResource: DescribedResource = {
  tag: { name: 'documents', description: 'What the caller can open.' },
  schemas: {
    OpenableLayer: {
      schema: LayerAnswer,
      remarks: {
        '': 'A layer that the caller can open, or every shared layer that is not named beside it.',
        layer: 'The name of the layer; `""` is the default layer.',
        anyLayer: 'In place of a name: every shared layer that is not named beside it.',
        roles: 'The roles of all grants that apply.',
        permissions: 'What a token allows when no permissions are asked for.',
        expiresAt: 'When the grants that a token is built from begin to run out, in UTC. Absent: never.',
      },
    },
    DocumentPage: {
      schema: DocumentsAnswer,
      remarks: {
        '': 'A page of the documents that the caller can open.',
        documents: 'Each document once, in the order of their ids.',
        'documents[].documentId': 'The document.',
        'documents[].layers': 'The layers that the caller can open.',
        nextCursor: NEXT_CURSOR,
      },
    },
  },
  operations: {
    listDocuments: {
      summary: 'List what the caller can open',
      description:
        'Lists the documents and layers that the caller’s own grants, those of their groups and those for everyone open, in pages.',
      parameters: PAGING,
      successes: { 200: 'A page.' },
    },
  },
};
