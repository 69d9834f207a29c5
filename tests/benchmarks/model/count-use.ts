import { DAY, HOUR, MINUTE } from '../../../lib/runtime/time.ts';
import type { CountedUse } from '../../../tools/model/counted-use.ts';
import { auditCallsOfDelivery } from './audit-delivery.ts';
import { longestBackoff } from './client-backoff.ts';
import { CALL, CountedWorld, type CountedSettings } from './counted-world.ts';

const NEW_USERS = 20;

/** The time after which a read of a new holder item counts by itself (lib/tokens/ruling.ts), and some more. */
const SETTLED = 20 * MINUTE;

/** Counts the use of AWS by the mint function, by running its handler with its cache of the signing key. */
export async function countUse(settings: CountedSettings): Promise<CountedUse> {
  const world = await CountedWorld.of(settings);
  const warm = await warmUse(world);
  const start = await world.count(async () => {
    await world.newProcess().mint();
    return 1;
  });
  return {
    callMs: CALL,
    mints: {
      renewal: await renewals(settings),
      first: await firstMints(world),
      afterAbsence: await afterAbsence(settings),
    },
    start: {
      secretCalls: start.secretCalls,
      keyReadUnits: start.use.readUnits - warm.readUnits,
      waitMs: start.use.waitMs - warm.waitMs,
    },
    secretCallsAnHour: await secretCallsOfHour(settings),
    refresh: {
      earliest: await world.process({ random: () => 0 }).mint(),
      latest: await world.process({ random: () => 1 - 1e-9 }).mint(),
    },
    auditCalls: await auditCallsOfDelivery(),
    backoff: await longestBackoff(),
  };
}

async function warmUse(world: CountedWorld) {
  const { mint } = world.process();
  await mint();
  await world.pass(SETTLED);
  await mint();
  const { use } = await world.count(async () => {
    await mint();
    return 1;
  });
  return use;
}

/** Mints for a day, each time at `refreshAt`. */
async function renewals(settings: CountedSettings) {
  const world = await CountedWorld.of(settings);
  const { mint } = world.process();
  await mint();
  await world.pass(SETTLED);
  const { use } = await world.count(async () => {
    let [mints, seconds] = [0, 0];
    while (seconds < DAY) {
      const pause = await mint();
      await world.pass(pause);
      mints += 1;
      seconds += pause;
    }
    return mints;
  });
  return use;
}

async function firstMints(world: CountedWorld) {
  const { mint } = world.process();
  await mint();
  const { use } = await world.count(async () => {
    for (let index = 0; index < NEW_USERS; index += 1) await mint(`auth0|new-${index}`);
    return NEW_USERS;
  });
  return use;
}

async function afterAbsence(settings: CountedSettings) {
  const world = await CountedWorld.of(settings);
  const { mint } = world.process();
  await mint();
  // The table keeps the holder item for a day after the last token.
  await world.pass(settings.ttlSeconds + HOUR);
  const { use } = await world.count(async () => {
    await mint();
    return 1;
  });
  return use;
}

async function secretCallsOfHour(settings: CountedSettings): Promise<number> {
  const world = await CountedWorld.of(settings);
  const { mint } = world.newProcess();
  await mint();
  const { secretCalls } = await world.count(async () => {
    const minutes = HOUR / MINUTE;
    for (let minute = 0; minute < minutes; minute += 1) {
      await world.pass(MINUTE);
      await mint();
    }
    return minutes;
  });
  return secretCalls;
}
