import { GrantStore } from '../../lib/grants/index.ts';
import {
  createMinting,
  type MintDependencies,
  type MintedToken,
  type MintRequest,
} from '../../lib/tokens/index.ts';
import { ManualClock } from '../support/runtime/clock.ts';
import { EVERYONE, grant, group, subject, user } from '../support/grants/grants.ts';
import { minting } from '../support/tokens/minting.ts';
import { AwsInMemory, type Note } from './aws-in-memory.ts';
import { TABLE, TTL } from './scenario.ts';
import { Signatures } from './signatures.ts';
import { holderKey, Table, type Key } from '../../lib/table/index.ts';

/** Milliseconds. */
export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const HOURS = 24;

const DOCUMENT = 'contract';
const ALICE = subject('alice', ['reviewers', 'staff']);
const HOLDER_ITEM = holderKey(DOCUMENT, ALICE.userId);

const ES256_SIGNATURE_BYTES = 64;

/** A device of the holder's, which asks for tokens again and again. */
export interface Device {
  /** What it asks for at once, in one batch. */
  readonly wanted: readonly Omit<MintRequest, 'documentId'>[];
  /** When it first asks, in milliseconds from the start. */
  readonly firstAt: number;
  /** How long after a mint it asks again, in milliseconds. */
  readonly pause: (token: MintedToken) => number;
}

/** The default layer, for as long as tokens live unless something else is asked for. */
export const DEFAULT_LAYER = { layer: '', ttlSeconds: TTL.default };

/** A device that asks so often an hour. */
export function asking(perHour: number): Device {
  return { wanted: [DEFAULT_LAYER], firstAt: 0, pause: () => HOUR / perHour };
}

/** A device that asks again when the answer says so. */
export function refreshing(...wanted: Device['wanted']): Device {
  return { wanted, firstAt: 0, pause: ({ issuedAt, refreshAt }) => (refreshAt - issuedAt) * 1000 };
}

/** What is done beside minting, half a minute after each whole one. Its calls are not counted. */
export type EachMinute = (aws: AwsInMemory, dependencies: MintDependencies) => Promise<void>;

/** What minting cost in an hour by the clock, in calls at DynamoDB's client. */
export interface Hour {
  /** Of the devices, for one token or a batch. */
  requests: number;
  /** By keys. */
  reads: number;
  /** Writes that make the holder item, or find that another has made it. */
  making: number;
  /** Writes that let the holder item grow. */
  growing: number;
  /** Everything else: writes of other items, queries. */
  others: number;
}

/** What is done again and again; it says how many milliseconds later the next time is. */
interface Recurring {
  at: number;
  readonly act: () => Promise<number>;
}

// Counts do not depend on what the signatures are, and making them would take most of the time.
const signatures = new Signatures(new Uint8Array(ES256_SIGNATURE_BYTES));

/**
 * Goes through a day of one holder who opens a document: the default layer by a grant of her own, `reviews` by one of a group, her
 * private layer by one of everyone. The clock is moved by hand.
 */
export function holderDay(
  devices: readonly Device[],
  eachMinute?: EachMinute,
): Promise<readonly Readonly<Hour>[]> {
  return signatures.given(async () => {
    const clock = new ManualClock();
    const aws = await awsWithGrants();
    let hour = emptyHour();
    const note: Note = (operation, written) => (hour[kindOf(operation, written)] += 1);
    const dependencies = { ...minting({ clock }), table: new Table(aws.dynamoDB(note), TABLE, clock) };
    const recurring: Recurring[] = devices.map(({ wanted, firstAt, pause }) => ({
      at: clock.now() + firstAt,
      act: async () => {
        hour.requests += 1;
        return pause(await mint(wanted, dependencies));
      },
    }));
    if (eachMinute) {
      const act = (): Promise<number> => eachMinute(aws, dependencies).then(() => MINUTE);
      recurring.push({ at: clock.now() + MINUTE / 2, act });
    }
    const hours: Hour[] = [];
    while (hours.length < HOURS) {
      hours.push((hour = emptyHour()));
      await passHour(clock, recurring);
    }
    return hours;
  })();
}

function emptyHour(): Hour {
  return { requests: 0, reads: 0, making: 0, growing: 0, others: 0 };
}

function kindOf(operation: string, written: Key | undefined): keyof Hour {
  if (operation === 'BatchGetItem') return 'reads';
  if (written?.pk !== HOLDER_ITEM.pk || written.sk !== HOLDER_ITEM.sk) return 'others';
  return operation === 'PutItem' ? 'making' : 'growing';
}

async function awsWithGrants(): Promise<AwsInMemory> {
  const aws = new AwsInMemory('');
  const grants = new GrantStore(new Table(aws.dynamoDB(), TABLE, new ManualClock()));
  await grants.put(DOCUMENT, grant(user(ALICE.userId), 'annotator'));
  await grants.put(DOCUMENT, grant(group('reviewers'), 'commenter', { layers: ['reviews'] }));
  await grants.put(DOCUMENT, grant(EVERYONE, 'viewer', { layers: [], privateLayer: true }));
  return aws;
}

/** @returns the last of the tokens. @throws Error where one is refused: counting on would mean nothing */
async function mint(wanted: Device['wanted'], dependencies: MintDependencies): Promise<MintedToken> {
  const requests = wanted.map((details) => ({ documentId: DOCUMENT, ...details }));
  const tokens = (await createMinting(dependencies).mintTokens(ALICE, requests)).map((outcome) => {
    if (outcome.outcome !== 'minted') throw new Error(`The mint was answered with: ${outcome.outcome}`);
    return outcome;
  });
  const last = tokens.at(-1);
  if (last === undefined) throw new RangeError('A device asks for something');
  return last;
}

/** Does what recurs in the coming hour. What has the same time is done at once. */
async function passHour(clock: ManualClock, recurring: readonly Recurring[]): Promise<void> {
  const end = clock.now() + HOUR;
  for (;;) {
    const next = Math.min(end, ...recurring.map(({ at }) => at));
    clock.advance(next - clock.now());
    if (next === end) return;
    const due = recurring.filter(({ at }) => at === next);
    await Promise.all(
      due.map(async (one) => {
        one.at = next + (await one.act());
      }),
    );
  }
}

/** What all these hours cost. */
export function total(hours: readonly Readonly<Hour>[], field: keyof Hour): number {
  return hours.reduce((sum, hour) => sum + hour[field], 0);
}
