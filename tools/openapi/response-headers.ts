import { type HeaderName } from '../../lib/http/routes/catalogue.ts';
import { type Exchange } from './exchanges.ts';
import { type JsonObject } from './schemas.ts';

/** The headers of answers, as the document describes them. */
export const HEADERS = {
  'Cache-Control': {
    description: 'Nothing may be kept but the public keys.',
    required: true,
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Stands for what is answered, as it is now.',
    required: true,
    schema: { type: 'string', pattern: '^"[^"]+"$' },
  },
  Location: {
    description: 'Where to ask how far it is.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/v1/revocations/8BambDJz0q50dAOXmjiT3A',
  },
  'Retry-After': {
    description: 'When to try again, in seconds. API Gateway’s own answers have none.',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
    example: '1',
  },
  'WWW-Authenticate': {
    description: 'That a bearer token is asked for, and what is wrong with the one that came (RFC 6750).',
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
