import { marshall } from '@aws-sdk/util-dynamodb';
import { grantToItem, GrantStore, type Grant } from '../../../lib/grants/index.ts';
import type { Subject } from '../../../lib/identity/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { grantKey, Table } from '../../../lib/table/index.ts';
import { UNRECORDED } from '../../support/audit/recording.ts';
import { grant, group, subject, user } from '../../support/grants/grants.ts';
import { apiEvent, type RequestParts } from '../../support/http/events.ts';
import { ManualClock } from '../../support/runtime/clock.ts';
import { minting, type Minting } from '../../support/tokens/minting.ts';
import { AwsInMemory } from '../aws-in-memory.ts';
import { TABLE, TTL } from '../scenario.ts';
import { GeneratedItems, type GeneratedPartition } from './generated-items.ts';

/** The document of the measured mints. */
export const DOCUMENT = '7KPSA689RP53HB64GKKZX61000';

const USER_ID = 'auth0|5f7c8ec7c33c6c004bbafe82';

/** Makes the caller in so many groups. */
export function callerIn(groups: number): Subject {
  return subject(
    USER_ID,
    Array.from({ length: groups }, (_, index) => groupName(index)),
  );
}

/** Names a group. */
export const groupName = (index: number): string => `group-${String(index).padStart(3, '0')}`;

/** A table with generated grants beside the written ones, and everything that the handlers need on it. */
export interface ScaleWorld {
  readonly aws: AwsInMemory;
  readonly clock: ManualClock;
  readonly dependencies: Omit<Minting, 'table' | 'ttl'> & { readonly table: Table; readonly ttl: typeof TTL };
}

/** Makes a world. */
export async function scaleWorld(
  generated: readonly GeneratedPartition[],
  grants: readonly Grant[] = [],
): Promise<ScaleWorld> {
  const aws = new AwsInMemory('', new GeneratedItems(generated));
  const clock = new ManualClock();
  const table = new Table(aws.dynamoDB(), TABLE, clock);
  const store = new GrantStore(table);
  for (const one of grants) await store.put(DOCUMENT, one);
  const log = createLogger('info', () => undefined);
  return { aws, clock, dependencies: { ...minting({ clock, log, audit: UNRECORDED }), table, ttl: TTL } };
}

/** Makes a request of a caller, as API Gateway passes it on. */
export function requestBy({ userId, groups }: Subject, parts: Pick<RequestParts, 'route' | 'body'>) {
  return apiEvent({ ...parts, claims: { sub: userId, 'cognito:groups': groups } });
}

/** Makes the grants of so many other users on the document. */
export function grantsOfOthers(length: number): GeneratedPartition {
  const otherAt = (position: number) => user(`auth0|${String(position).padStart(24, '0')}`);
  return {
    attribute: 'pk',
    value: grantKey(DOCUMENT, otherAt(0)).pk,
    length,
    keyAt: (position) => grantKey(DOCUMENT, otherAt(position)),
    itemAt: (position) => marshall(grantToItem(DOCUMENT, grant(otherAt(position), 'annotator'))),
  };
}

/** Makes grants of a principal on so many documents, for the index of principals. */
export function grantsOnDocuments(
  principal: ReturnType<typeof group>,
  length: number,
  documentAt: (position: number) => string = documentId,
): GeneratedPartition {
  const itemOn = (position: number) => grantToItem(documentAt(position), grant(principal, 'annotator'));
  return {
    attribute: 'principal',
    value: String(itemOn(0)['principal']),
    length,
    keyAt: (position) => grantKey(documentAt(position), principal),
    itemAt: (position) => marshall(itemOn(position)),
  };
}

/** Names a document of a list. */
export const documentId = (position: number): string =>
  `7KPSA689RP53HB64GKKZ${String(position).padStart(7, '0')}`;
