import type { ApiEvent } from '../../../lib/http/routes/route.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { apiEvent } from '../../support/http/events.ts';

/** The kinds of requests. */
export const KINDS = ['mint', 'batch', 'refused', 'list'] as const;

/** The kind of a request. */
export type Kind = (typeof KINDS)[number];

/** The life of a token. The client of each asks again at 70 to 85 % of it, so about five times in an hour. */
export const TTL: Seconds = 900;

/** The documents of a batch, and of the library that everybody of a group can list. */
export const BATCH = 20;
export const LIBRARY = 200;

/** The group with the library. */
export const LIBRARY_GROUP = 'library';

/** Names a document of the library. */
export const libraryDocument = (index: number): string => `library-${String(index).padStart(4, '0')}`;

/** Names the document of a client. */
export const ownDocument = (client: number): string => `own-${client}`;

/** Names the user of a client. */
export const userOf = (client: number): string => `auth0|client-${String(client).padStart(8, '0')}`;

/** A client, which asks again and again. */
export interface Client {
  readonly kind: Kind;
  readonly number: number;
  /** The time of its first request, from the beginning. */
  readonly firstAt: Seconds;
}

/** The kind of each of ten clients. */
const MIX: readonly Kind[] = [
  'mint',
  'batch',
  'mint',
  'mint',
  'list',
  'mint',
  'mint',
  'refused',
  'mint',
  'mint',
];

/** The time in which the clients ask for the first time. */
const ARRIVAL: Seconds = 600;

/** Makes so many clients, of all kinds, who arrive evenly. */
export function clients(count: number): Client[] {
  return Array.from({ length: count }, (_, number) => ({
    kind: MIX[number % MIX.length] ?? 'mint',
    number,
    firstAt: Math.floor((number * ARRIVAL) / count),
  }));
}

/** The status of the right answer to each kind of request. */
export const STATUS: Readonly<Record<Kind, number>> = { mint: 201, batch: 200, refused: 403, list: 200 };

/** Makes the next request of a client, as API Gateway passes it on. */
export function requestOf({ kind, number }: Client): ApiEvent {
  const claims = {
    sub: userOf(number),
    'cognito:groups': [LIBRARY_GROUP, 'staff'],
    name: `Client ${number}`,
  };
  switch (kind) {
    case 'mint':
      return apiEvent({ claims, body: { documentId: ownDocument(number), ttlSeconds: TTL } });
    case 'refused':
      return apiEvent({ claims, body: { documentId: 'of-somebody-else', ttlSeconds: TTL } });
    case 'list':
      return apiEvent({ claims, route: 'GET /v1/documents' });
    case 'batch':
      return apiEvent({
        claims,
        route: 'POST /v1/tokens/batch',
        body: {
          requests: Array.from({ length: BATCH }, (_, index) => ({
            documentId: libraryDocument((number + index) % LIBRARY),
            ttlSeconds: TTL,
          })),
        },
      });
  }
}
