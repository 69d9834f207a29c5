import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { removeGrantsHandler } from '../../lib/http/routes/grants/remove-grants.ts';
import { getRevocationHandler } from '../../lib/http/routes/revocations/get-revocation.ts';
import { REVOKING_TIME } from '../../lib/http/routes/revocations/revoking-time.ts';
import { revokeTokensHandler } from '../../lib/http/routes/revocations/revoke-tokens.ts';
import { inParallel } from '../../lib/runtime/parallel.ts';
import { beginRun, holderFromItem, sweep, markOf } from '../../lib/revocation/index.ts';
import { NOON } from '../support/runtime/clock.ts';
import { apiEvent, lambdaContext } from '../support/http/events.ts';
import { EVERYONE } from '../support/grants/grants.ts';
import { RevocationWorld } from '../support/revocation/revocation-world.ts';
import { TableThrough } from '../support/table/table-through.ts';
import { holderKey } from '../../lib/table/index.ts';

// `HOLDERS=100000 npm test -- many-holders` runs it with more.
const HOLDERS = Number(process.env['HOLDERS'] ?? 1000);

jest.setTimeout(600_000 + HOLDERS * 60);

const BACKEND = { sub: 'backend', scope: 'layermint/revocations layermint/grants' };
const PAGE = 100;

/** The time for a sweep, in milliseconds. */
const SWEEP = 60_000;

/** The time of a call of Document Engine, in milliseconds. It is long enough to leave work for four sweeps. */
const CALL = SWEEP / Math.ceil(HOLDERS / PAGE / 4);

const Answer = z.object({ id: z.string(), state: z.string(), holders: z.int(), waiting: z.int() });

let world: RevocationWorld;
/** The number of JWTs in each call of Document Engine. */
let told: number[];
let longestPage: number;
let dependencies: RevocationWorld['dependencies'];

beforeEach(async () => {
  world = await RevocationWorld.open('contract');
  told = [];
  longestPage = 0;
  const table = new TableThrough(world.table, (inner) => ({
    query: async (condition, page) => {
      const found = await inner.query(condition, page);
      longestPage = Math.max(longestPage, found.items.length);
      return found;
    },
  }));
  const { documentEngine } = world.dependencies;
  const slow: typeof documentEngine = {
    revoke: (jwts) => {
      told.push(jwts.length);
      world.clock.advance(CALL);
      return documentEngine.revoke(jwts);
    },
  };
  const revocation = { ...world.dependencies.revocation, table, documentEngine: slow };
  dependencies = { ...world.dependencies, ...revocation, revocation };
  await world.grant('contract', EVERYONE, 'viewer');
  await inParallel([...keys()], 32, (key) =>
    world.table.put({
      ...key,
      principal: key.sk,
      epoch: NOON * 1000,
      namedAt: NOON * 1000,
      holdsUntil: NOON + 86_400,
      builtFrom: new Set(['EVERYONE']),
      pending: {},
    }),
  );
  world.clock.advance(60_000);
});

afterEach(async () => {
  await world.close();
});

function* keys() {
  for (let number = 0; number < HOLDERS; number += 1) yield holderKey('contract', `user-${number}`);
}

/** Sweeps until nothing is left to do. @returns the number of sweeps */
async function sweepUntil(isDone: () => Promise<boolean>): Promise<number> {
  for (let sweeps = 0; sweeps < 20; sweeps += 1) {
    if (await isDone()) return sweeps;
    world.clock.advance(60_000);
    const began = world.clock.now();
    await sweep(beginRun(dependencies, SWEEP));
    // Calls under way at the end of the time are completed.
    expect(world.clock.now() - began).toBeLessThanOrEqual(SWEEP + 2 * CALL);
  }
  throw new Error('20 sweeps were not enough');
}

/** Counts the holders that still have the family to end, or wait for Document Engine. */
async function left(): Promise<number> {
  const holders = (await world.table.batchGet([...keys()])).map(holderFromItem);
  return holders.filter(({ epoch, pending }) => epoch === NOON * 1000 || Object.keys(pending).length > 0)
    .length;
}

describe(`a document with ${HOLDERS} holders`, () => {
  test('is revoked page by page, in several runs, each within its time', async () => {
    const began = world.clock.now();
    const event = apiEvent({ claims: BACKEND, body: { documentId: 'contract', everyone: true } });
    const { statusCode, body } = await revokeTokensHandler(dependencies)(event, lambdaContext());
    expect(statusCode).toBe(202);
    expect(world.clock.now() - began).toBeLessThanOrEqual(REVOKING_TIME + CALL);
    const { id } = Answer.parse(JSON.parse(body ?? ''));

    const shown = async () => {
      const request = { ...apiEvent({ claims: BACKEND }), pathParameters: { id } };
      const answer = await getRevocationHandler(dependencies)(request, lambdaContext());
      return Answer.parse(JSON.parse(answer.body ?? ''));
    };
    const sweeps = await sweepUntil(async () => (await shown()).state === 'confirmed');

    expect(await shown()).toMatchObject({ holders: HOLDERS, waiting: 0 });
    expect(await left()).toBe(0);
    expect(sweeps).toBeGreaterThan(2);
    expect([Math.max(...told), longestPage]).toEqual([PAGE, PAGE]);
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(HOLDERS);
  });

  test('on which everyone loses a grant is handled in the same way', async () => {
    const event = {
      ...apiEvent({ claims: BACKEND }),
      rawQueryString: 'everyone',
      pathParameters: { documentId: 'contract' },
    };
    expect((await removeGrantsHandler(dependencies)(event, lambdaContext())).statusCode).toBe(204);

    const sweeps = await sweepUntil(async () => {
      const [slot] = await world.store.read('contract', [EVERYONE]);
      return markOf(slot?.item) === undefined;
    });

    expect(await left()).toBe(0);
    expect(sweeps).toBeGreaterThan(2);
    expect([Math.max(...told), longestPage]).toEqual([PAGE, PAGE]);
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(HOLDERS);
  });
});
