import { DOCUMENT_ID_PATTERN } from '../../document-engine/index.ts';
import { Problem } from '../problems/problem.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * Reads the document id from the path, as API Gateway decoded it.
 *
 * @throws Problem 400 if it is not a valid document id
 */
export function documentIdIn({ pathParameters }: APIGatewayProxyEventV2): string {
  const documentId = pathParameters?.['documentId'] ?? '';
  if (DOCUMENT_ID_PATTERN.test(documentId)) return documentId;
  throw new Problem(
    'invalid-request',
    'The document id in the path must be 1 to 256 characters of A-Z a-z 0-9 . _ ~ : @ -.',
  );
}
