import { DOCUMENT_ID_PATTERN, DOCUMENT_ID_RULE } from '../../document-engine/index.ts';
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
  throw new Problem('invalid-request', `The document id in the path must be ${DOCUMENT_ID_RULE}.`);
}
