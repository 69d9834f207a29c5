import { afterEach, beforeEach } from '@jest/globals';
import { type Grant } from '../../../lib/grants/index.ts';
import { type ApiResult } from '../../../lib/http/routes/route.ts';
import { type Principal } from '../../../lib/identity/index.ts';
import { grantKey } from '../../../lib/table/index.ts';
import { grantsIn, GrantsApi } from './grants-api.ts';
import { user } from './grants.ts';

/** The grant routes of the current test. */
export let api: GrantsApi;

/** Opens the routes over an empty table before each test of a file, and closes them after it. */
export function useGrantsApi(): void {
  beforeEach(async () => {
    api = await GrantsApi.open();
  });
  afterEach(async () => {
    await api.close();
  });
}

/** Writes a grant of `role` on the document `doc`. */
export const have = (principal: Principal, role: string, details?: Partial<Grant>): Promise<void> =>
  api.world.grant('doc', principal, role, details);

/** Makes alice an owner of every layer of the document `doc`. */
export const ownedByAlice = (details: Partial<Grant> = {}): Promise<void> =>
  have(user('alice'), 'owner', { layers: ['*'], privateLayer: true, ...details });

/** Reads the principals of a list of grants, in its order. */
export const principalsOf = (result: ApiResult): unknown[] =>
  grantsIn(result).grants.map(({ principal }) => principal);

/** Reads the item in the place of a principal's grant on the document `doc`. */
export const itemOf = async (principal: Principal): Promise<Readonly<Record<string, unknown>> | undefined> =>
  (await api.world.table.batchGet([grantKey('doc', principal)]))[0];

/** Writes Unix seconds in the form of RFC 3339. */
export const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
