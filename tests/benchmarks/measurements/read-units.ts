import { GrantStore } from '../../../lib/grants/index.ts';
import { growHolder } from '../../../lib/revocation/index.ts';
import { createMinting } from '../../../lib/tokens/index.ts';
import { holderKey, Table } from '../../../lib/table/index.ts';
import { grant, subject, user } from '../../support/grants/grants.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { minting } from '../../support/tokens/minting.ts';
import { AwsInMemory } from '../aws-in-memory.ts';
import { atMost, exactly, type Measurement } from '../measurement.ts';
import { TABLE, TTL } from '../scenario.ts';

const GROUPS = [0, 10, 100, 500] as const;

const USER_ID = 'auth0|5f7c8ec7c33c6c004bbafe82';

const DOCUMENT = '7KPSA689RP53HB64GKKZX61000';

/** The holder item and two principals have a key without any group. */
const KEYS_WITHOUT_GROUPS = 3;

/** The read units of a warm mint, by the number of the caller's groups. */
type UnitsByGroups = ReadonlyMap<number, number>;

const measured = new Map<number, Promise<UnitsByGroups>>();

/** Counts the read units on a document with so many grants, one of them the caller's. Only the first call counts. */
function unitsWith(grants: number): Promise<UnitsByGroups> {
  const known = measured.get(grants) ?? count(grants);
  measured.set(grants, known);
  return known;
}

async function count(grants: number): Promise<UnitsByGroups> {
  const clock = new ManualClock();
  const aws = new AwsInMemory('');
  const table = new Table(aws.dynamoDB(), TABLE, clock);
  const store = new GrantStore(table);
  await store.put(DOCUMENT, grant(user(USER_ID), 'annotator'));
  for (let other = 1; other < grants; other += 1) {
    await store.put(DOCUMENT, grant(user(`auth0|${String(other).padStart(24, '0')}`), 'annotator'));
  }
  const need = { expiresAt: NOON + TTL.max, builtFrom: new Set([`USER#${USER_ID}`]) };
  await growHolder(table, holderKey(DOCUMENT, USER_ID), undefined, need, clock.now());
  clock.advance(3_600_000);
  const { mintToken } = createMinting({ ...minting({ clock }), table });
  const units = new Map<number, number>();
  for (const groups of GROUPS) {
    aws.readUnits = 0;
    const names = Array.from({ length: groups }, (_, index) => `group-${index}`);
    const request = { documentId: DOCUMENT, layer: '', ttlSeconds: TTL.default };
    const { outcome } = await mintToken(subject(USER_ID, names), request);
    if (outcome !== 'minted') throw new Error(`The mint was answered with: ${outcome}`);
    units.set(groups, aws.readUnits);
  }
  return units;
}

const listed = (units: UnitsByGroups): string =>
  [...units].map(([groups, count]) => `${count} with ${groups} groups`).join(', ');

const WHOLE = String;

/** Counts the read units of a warm mint on a document with few grants. */
const ofFewGrants: Measurement = {
  what: 'read units of a warm mint, 5 grants on the document, up to 500 groups',
  budget: atMost(3, WHOLE),
  exact: true,
  measure: async () => {
    const units = await unitsWith(5);
    return { value: Math.max(...units.values()), notes: [listed(units)] };
  },
};

/** Compares the read units of callers in some and in many groups. */
const growthWithGroups: Measurement = {
  what: 'read units of a warm mint that 500 groups cost more than 10, 5 grants on the document',
  budget: exactly(0),
  exact: true,
  measure: async () => {
    const { 0: _without, ...units } = Object.fromEntries(await unitsWith(5));
    const counts = Object.values(units);
    return { value: Math.max(...counts) - Math.min(...counts), notes: [] };
  },
};

/** Compares the read units on a document with many grants with those of a key for each principal. */
const againstKeys = (grants: number): Measurement => ({
  what: `read units of a warm mint against a unit for each key, ${grants} grants on the document`,
  budget: atMost(1.3),
  exact: true,
  measure: async () => {
    const units = await unitsWith(grants);
    const ratios = [...units].map(([groups, count]) => count / (groups + KEYS_WITHOUT_GROUPS));
    return { value: Math.max(...ratios), notes: [listed(units)] };
  },
});

/** Counts the read units of a warm mint, by the caller's groups and the document's grants. */
export const readUnits: readonly Measurement[] = [
  ofFewGrants,
  growthWithGroups,
  againstKeys(200),
  againstKeys(20_000),
];
