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

/** A device of the holder, which asks for tokens again and again. */
export interface Device {
  /** The tokens of its one batch. */
  readonly wanted: readonly Omit<MintRequest, 'documentId'>[];
  /** The time of its first request, in milliseconds from the start. */
  readonly firstAt: number;
  /** Computes the time from a mint to its next request, in milliseconds. */
  readonly pause: (token: MintedToken) => number;
}

/** The default layer, for the default life of tokens. */
export const DEFAULT_LAYER = { layer: '', ttlSeconds: TTL.default };

/** Makes a device that asks this many times an hour. */
export function asking(perHour: number): Device {
  return { wanted: [DEFAULT_LAYER], firstAt: 0, pause: () => HOUR / perHour };
}

/** Makes a device that asks again at the answer's `refreshAt`. */
export function refreshing(...wanted: Device['wanted']): Device {
  return { wanted, firstAt: 0, pause: ({ issuedAt, refreshAt }) => (refreshAt - issuedAt) * 1000 };
}

/** An act beside minting, half a minute after each whole one. Its calls are not counted. */
export type EachMinute = (aws: AwsInMemory, dependencies: MintDependencies) => Promise<void>;

/** The cost of minting in an hour by the clock, in calls of DynamoDB's client. */
export interface Hour {
  /** Requests of the devices, for one token or a batch. */
  requests: number;
  /** Reads by key. */
  reads: number;
  /** Writes that make the holder item, or find that another request has made it. */
  making: number;
  /** Writes that extend the holder item. */
  growing: number;
  /** All other calls: writes of other items, queries. */
  others: number;
}

/** A repeated act. It returns the milliseconds until the next time. */
interface Recurring {
  at: number;
  readonly act: () => Promise<number>;
}

// The counts do not depend on the signatures, and making them would take most of the time.
const signatures = new Signatures(new Uint8Array(ES256_SIGNATURE_BYTES));

/**
 * Runs through a day of one holder of a document, on a clock that moves by hand. She opens the default layer by a grant
 * of her own, `reviews` by a group's grant, and her private layer by everyone's grant.
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

/** @returns the last of the tokens. @throws Error if one is refused: the counts would then mean nothing */
async function mint(wanted: Device['wanted'], dependencies: MintDependencies): Promise<MintedToken> {
  const requests = wanted.map((details) => ({ documentId: DOCUMENT, ...details }));
  const tokens = (await createMinting(dependencies).mintTokens(ALICE, requests)).map((outcome) => {
    if (outcome.outcome !== 'minted') throw new Error(`The mint was answered with: ${outcome.outcome}`);
    return outcome;
  });
  const last = tokens.at(-1);
  if (last === undefined) throw new RangeError('A device must ask for at least one token');
  return last;
}

/** Runs everything that is due in the coming hour. Acts with the same time run concurrently. */
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

/** Sums a field over these hours. */
export function total(hours: readonly Readonly<Hour>[], field: keyof Hour): number {
  return hours.reduce((sum, hour) => sum + hour[field], 0);
}
