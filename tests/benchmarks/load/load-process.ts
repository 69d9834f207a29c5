import { createRequire } from 'node:module';
import { setTimeout as pauseFor } from 'node:timers/promises';
import * as z from 'zod';
import type { ApiEvent, ApiHandler } from '../../../lib/http/routes/route.ts';
import { lambdaContext } from '../../support/http/events.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { LoopTicks, RecordedTimes } from './recorded-times.ts';
import type { MemorySample } from './samples.ts';
import { TABLE, TTL as BOUNDS } from '../scenario.ts';
import type * as servedProcess from './served-process.ts';
import { clients, requestOf, STATUS, TTL, type Client } from './traffic.ts';

// The measured process. Its parent gives it the settings as JSON, and gets the result as a message.

const Settings = z.object({
  /** The path of the bundle of served-process.ts. */
  served: z.string(),
  clients: z.int(),
  seconds: z.int(),
  /** The bytes that each request keeps for ever, on purpose. */
  leak: z.int(),
});

const settings = Settings.parse(JSON.parse(process.argv[2] ?? ''));

/** Seconds of the clock between two samples. */
const EVERY = 120;

/** The pause of a client whose answer names none. */
const USUAL_PAUSE = Math.round(TTL * 0.775);

const Answer = z.object({ refreshAt: z.iso.datetime() });
const BatchAnswer = z.object({ results: z.array(z.object({ status: z.literal(201), token: Answer })) });

const clock = new ManualClock();
const { handlersOn } = createRequire(import.meta.url)(settings.served) as typeof servedProcess;
const handlers = handlersOn(clock, { tableName: TABLE, ttl: BOUNDS });
const times = new RecordedTimes(settings.clients * Math.ceil(settings.seconds / (TTL * 0.7) + 2));
const loaded = new LoopTicks();
const kept: number[][] = [];

/** Serves a request as Lambda does: one at a time, within 10 seconds. @returns the seconds until the client asks again */
async function serve(client: Client): Promise<number> {
  const event = requestOf(client);
  const began = performance.now();
  const { statusCode, body = '' } = await handlerOf(client)(event, context());
  times.record(client.kind, performance.now() - began);
  if (statusCode !== STATUS[client.kind])
    throw new Error(`A ${client.kind} was answered with ${statusCode}: ${body}`);
  if (settings.leak > 0) kept.push(new Array<number>(settings.leak / 8).fill(0));
  return pauseAfter(client, JSON.parse(body));
}

const handlerOf = ({
  kind,
}: Client): ((event: ApiEvent, of: ReturnType<typeof context>) => ReturnType<ApiHandler>) => handlers[kind];

function context() {
  return { ...lambdaContext(), getRemainingTimeInMillis: () => 10_000 };
}

function pauseAfter({ kind }: Client, answer: unknown): number {
  switch (kind) {
    case 'mint':
      return untilRefresh(Answer.parse(answer));
    case 'batch':
      return Math.min(...BatchAnswer.parse(answer).results.map(({ token }) => untilRefresh(token)));
    case 'refused':
    case 'list':
      return USUAL_PAUSE;
  }
}

const untilRefresh = ({ refreshAt }: z.output<typeof Answer>): number =>
  Math.max(1, Math.round((Date.parse(refreshAt) - clock.now()) / 1000));

async function sample(at: number): Promise<MemorySample> {
  loaded.rest();
  // The second collection frees what the finalizers of the first one let go. As a last resort, V8 also drops code that was not used for a
  // while: some megabytes, which it would otherwise drop at any time, and so hide a leak.
  for (let collection = 0; collection < 2; collection += 1) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await pauseFor(5);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  loaded.watch();
  return { at, requests: times.count, heap: heapUsed, external, rss };
}

async function idleTicks(): Promise<LoopTicks> {
  const ticks = new LoopTicks();
  ticks.watch();
  await pauseFor(1000);
  ticks.rest();
  return ticks;
}

async function run(): Promise<void> {
  const idle = await idleTicks();
  const due = new Map<number, Client[]>();
  const add = (client: Client, second: number): void => {
    due.set(second, [...(due.get(second) ?? []), client]);
  };
  for (const client of clients(settings.clients)) add(client, client.firstAt);
  const memory: MemorySample[] = [await sample(0)];
  for (let second = 0; second < settings.seconds; second += 1) {
    clock.set((NOON + second) * 1000);
    for (const client of due.get(second) ?? []) add(client, second + (await serve(client)));
    due.delete(second);
    if ((second + 1) % EVERY === 0) memory.push(await sample(second + 1));
  }
  process.send?.({
    memory,
    latency: times.percentiles(),
    loop: { loaded: loaded.percentiles(), idle: idle.percentiles() },
  });
}

await run();
