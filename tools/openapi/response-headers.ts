import { type HeaderName } from '../../lib/http/routes/catalogue.ts';
import { type Exchange } from './exchanges.ts';
import { type JsonObject } from './schemas.ts';

/** The headers of answers, as the document describes them. */
export const HEADERS = {
  'Cache-Control': {
    description: '`no-store`, except on the public keys and the health.',
    required: true,
    schema: { type: 'string' },
  },
  ETag: {
    description: 'The current version of the content.',
    required: true,
    schema: { type: 'string', pattern: '^"[^"]+"$' },
  },
  Location: {
    description:
      'The path at which to ask for the progress. It begins with the base path, if the address of the API has one.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/v1/revocations/8BambDJz0q50dAOXmjiT3A',
  },
  'Retry-After': {
    description: 'The seconds to wait before the next try. API Gateway’s own answers do not have it.',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
    example: '1',
  },
  'WWW-Authenticate': {
    description: 'Asks for a bearer token, and names the fault of the one in the request (RFC 6750).',
    required: true,
    schema: { type: 'string', pattern: '^Bearer' },
  },
  Allow: {
    description: 'The methods that the path serves.',
    required: true,
    schema: { type: 'string' },
    example: 'GET, PUT, DELETE',
  },
} as const satisfies Record<HeaderName, JsonObject>;

/** Describes the named headers, with the values of a recorded answer as examples. */
export function headersOf(
  names: readonly HeaderName[],
  answered: Exchange['headers'] = {},
): Record<string, JsonObject> {
  return Object.fromEntries(
    names.map((name) => [name, { ...HEADERS[name], ...(name in answered && { example: answered[name] }) }]),
  );
}
