import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import {
  createTokenSource,
  type LayermintError,
  type Token,
  type TokenSource,
} from '../../../clients/typescript/src/index.ts';
import { FakeClock, settle } from '../../support/clients/fake-clock.ts';
import { FakeConnectivity } from '../../support/clients/fake-device.ts';
import { START } from '../../support/clients/fake-server.ts';
import { SimulatedService } from '../../support/clients/simulated-service.ts';
import { seeded } from '../../support/clients/seeded.ts';

jest.setTimeout(300_000);

const DOCUMENTS = 1000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LIFE = HOUR;
/** The time of an answer: four requests at a time are 200 in a second. */
const LATENCY = 20;

// All times from the start of the day.
const SHORT_OUTAGE = { from: 3 * HOUR + 10 * MINUTE, to: 3 * HOUR + 15 * MINUTE };
const LONG_OUTAGE = { from: 10 * HOUR + 7 * MINUTE, to: 12 * HOUR + 7 * MINUTE };
const ROTATIONS = [6 * HOUR, 15 * HOUR];
const SLEEP = { from: 18 * HOUR + 20 * MINUTE, to: 20 * HOUR };

const clock = new FakeClock(START, -20 * MINUTE);
const connectivity = new FakeConnectivity();
const random = seeded(20_260_131);
const service = new SimulatedService(clock, { random, latencyMs: LATENCY, lifeMs: LIFE });
const documents = Array.from({ length: DOCUMENTS }, (_, number) => `document-${number}`);
const latest = new Map<string, Token>();
const told = { tokens: 0, expired: 0, final: 0, failures: 0 };
const calls = { served: 0, expired: 0, failed: [] as { readonly at: number; readonly code: string }[] };
let callerTokens = 1;
let source: TokenSource;

const passed = (): number => clock.server - START;
const isLive = ({ expiresAt }: Token): boolean => Date.parse(expiresAt) > clock.server;
const within = (at: number, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  at >= from && at < to;

/** Someone opens a document: a call in the foreground. */
function open(documentId: string): void {
  const at = passed();
  source.token({ documentId }).then(
    (token) => {
      calls.served += 1;
      if (!isLive(token)) calls.expired += 1;
    },
    (error: unknown) => {
      calls.failed.push({ at, code: (error as LayermintError).code });
    },
  );
}

/** Documents on the screen without a live token. */
const blank = (): string[] =>
  documents.filter((documentId) => {
    const token = latest.get(documentId);
    return token === undefined || !isLive(token);
  });

const blanks: { readonly at: number; readonly count: number }[] = [];

beforeAll(async () => {
  let callerToken = service.signIn();
  source = createTokenSource({
    api: 'https://api.example.com',
    fetch: service.fetch,
    clock,
    random,
    connectivity,
    callerToken: ({ renew }) => {
      if (!renew) return callerToken;
      callerTokens += 1;
      return (callerToken = service.signIn());
    },
  });
  for (const documentId of documents)
    source.watch(
      { documentId },
      {
        onToken(token) {
          told.tokens += 1;
          if (!isLive(token)) told.expired += 1;
          latest.set(documentId, token);
        },
        onError({ final }) {
          told.failures += 1;
          if (final) told.final += 1;
        },
      },
    );
  await simulateDay();
});

afterAll(() => {
  source.close();
});

async function simulateDay(): Promise<void> {
  while (passed() < DAY) {
    const at = passed();
    if (at === SLEEP.from) {
      clock.sleep(SLEEP.to - SLEEP.from);
      connectivity.emit('resume');
      await clock.advance(MINUTE);
      continue;
    }
    service.fault = within(at, SHORT_OUTAGE)
      ? 'unavailable'
      : within(at, LONG_OUTAGE)
        ? 'no network'
        : undefined;
    if (ROTATIONS.includes(at)) service.rotate();
    const documentId = documents[Math.floor(random() * DOCUMENTS)] ?? '';
    open(documentId);
    await clock.advance(MINUTE);
    blanks.push({ at: passed(), count: blank().length });
  }
}

test('No more requests are sent than planned', () => {
  // A token is renewed after 70 % of its life at the earliest, and the first is no renewal.
  const perDocument = 1 + Math.ceil(DAY / (0.7 * LIFE));
  // In an outage one request tries for all, beside the four that were on their way. The short one answers with Retry-After: 10.
  const inShortOutage = 4 + 1 + (SHORT_OUTAGE.to - SHORT_OUTAGE.from) / (10 * SECOND);
  // In the long one the waits are at least 0.5, 1, 2, 4, 8 and 16 s, and 30 s from then on.
  const inLongOutage = 4 + 6 + 1 + (LONG_OUTAGE.to - LONG_OUTAGE.from) / (30 * SECOND);
  // Each hour the caller token expires. Four requests at most are sent with it, and once more with the next one.
  const refused = 4 * 25;
  expect(service.counts.unavailable).toBeLessThanOrEqual(inShortOutage);
  expect(service.counts.unreachable).toBeLessThanOrEqual(inLongOutage);
  expect(service.counts.refused).toBeLessThanOrEqual(refused);
  expect(service.counts.minted).toBeLessThanOrEqual(DOCUMENTS * perDocument);
  expect(service.counts.unavailable).toBeGreaterThan(0);
  expect(service.counts.unreachable).toBeGreaterThan(0);
  expect(service.counts.refused).toBeGreaterThanOrEqual(20);
  expect(callerTokens).toBeLessThanOrEqual(25);
  // And no fewer: after 85 % of the life at the latest. The long outage and the sleep cost some.
  const away = LONG_OUTAGE.to - LONG_OUTAGE.from + SLEEP.to - SLEEP.from;
  expect(service.counts.minted).toBeGreaterThan(DOCUMENTS * Math.floor((DAY - away) / (0.85 * LIFE)));
});

test('No storm follows an outage, a sleep or the expiry of a caller token', () => {
  const { requestsOf } = service;
  const busiest = (from: number, length: number): number =>
    Math.max(...Array.from({ length: length / SECOND }, (_, second) => requestsOf(from / SECOND + second)));
  // The renewals that an outage has delayed are spread over ten seconds: a thousand in all, 100 in a second on average.
  expect(busiest(LONG_OUTAGE.to, 2 * MINUTE)).toBeLessThanOrEqual(150);
  expect(busiest(SHORT_OUTAGE.to, 2 * MINUTE)).toBeLessThanOrEqual(50);
  // After a sleep nothing is spread, as people look at the screen: four at a time.
  expect(busiest(SLEEP.to, 2 * MINUTE)).toBeLessThanOrEqual(4 * (SECOND / LATENCY) + 4);
  // Document ids are opened at the same moment, but the server's refreshAt spreads the day.
  expect(busiest(5 * HOUR, 5 * HOUR)).toBeLessThanOrEqual(25);
});

test('No token is handed out past its life, and every document has a live one except in the long outage', () => {
  expect(told.expired).toBe(0);
  expect(calls.expired).toBe(0);
  expect(told.final).toBe(0);
  expect(told.failures).toBeGreaterThan(0);
  const dark = blanks.filter(({ count }) => count > 0).map(({ at }) => at);
  // A token lives for 9 minutes or more at the start of an outage.
  expect(Math.min(...dark)).toBeGreaterThanOrEqual(LONG_OUTAGE.from + 0.15 * LIFE);
  // The last wait is at most a minute, and the renewals of a thousand documents take ten seconds more.
  expect(Math.max(...dark)).toBeLessThanOrEqual(LONG_OUTAGE.to + 2 * MINUTE);
  // A call in the minute after the outage can wait longer than its 25 s for the next attempt.
  const outage = { ...LONG_OUTAGE, to: LONG_OUTAGE.to + MINUTE };
  expect(calls.failed.filter(({ at, code }) => !within(at, outage) || code !== 'unreachable')).toEqual([]);
  expect(calls.served).toBeGreaterThan(1200);
});

test('Both rotations reach every document', () => {
  expect(new Set([...latest.values()].map(({ jwt }) => jwt.split('.')[0]))).toEqual(new Set(['key-3']));
});

test('The number of timers is bounded, and nothing is left after close', async () => {
  // One for each document: for its renewal, or for its delay after an outage. A few more are for requests and calls.
  expect(clock.mostTimers).toBeLessThanOrEqual(DOCUMENTS + 50);
  expect(clock.timers).toBeLessThanOrEqual(DOCUMENTS + 10);
  source.close();
  await settle();
  expect([clock.timers, connectivity.listeners, service.running]).toEqual([0, 0, 0]);
});
