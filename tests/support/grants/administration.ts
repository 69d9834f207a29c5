import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import {
  GrantStore,
  grantToItem,
  parseRoles,
  type AdministrationDependencies,
  type Administrator,
  type Change,
  type GrantContent,
  type Roles,
} from '../../../lib/grants/index.ts';
import { grantKey } from '../../../lib/table/index.ts';
import { ManualClock } from '../runtime/clock.ts';
import { MemoryTable } from '../table/memory-table.ts';
import { grant, subject, user } from './grants.ts';

/** The roles of the repository. */
export const ROLES = parseRoles(rolesFile);

/** The same roles without `owner`. */
export const ROLES_WITHOUT_OWNER: Roles = new Map([...ROLES].filter(([name]) => name !== 'owner'));

/** A grant to set. */
export const VIEWER: GrantContent = { role: 'viewer', layers: [''], privateLayer: false };

/** The owner of `doc`. */
export const ALICE: Administrator = { subject: subject('alice', ['owners']), unbound: false };

/** A backend that may administer the grants of every document. */
export const BACKEND: Administrator = { subject: subject('backend'), unbound: true };

/** The place of the grant that is changed. */
export const BOB = grantKey('doc', user('bob'));

/** Makes a change of bob's grant on `doc`, unless given. */
export const change = (details: Partial<Change> = {}): Change => ({
  documentId: 'doc',
  principal: user('bob'),
  precondition: () => true,
  allowNoOwner: false,
  ...details,
});

/** Makes a table in which alice owns every layer of `doc`. */
export function tableOfAlice(): MemoryTable {
  return new MemoryTable(grantToItem('doc', grant(user('alice'), 'owner', { layers: ['*'] })));
}

/** Makes the dependencies for the grants of a table. */
export function administering(table: MemoryTable, roles = ROLES): AdministrationDependencies {
  return { store: new GrantStore(table), roles, clock: new ManualClock() };
}

/** Meddles between the read and the write of the first `times` attempts to change bob's grant. */
export function meanwhile(table: MemoryTable, meddle: (attempt: number) => void, times = 1): void {
  let attempt = 0;
  table.before = (operation, { sk }) => {
    if (operation !== 'put' || sk !== BOB.sk || attempt >= times) return;
    attempt += 1;
    meddle(attempt);
  };
}
