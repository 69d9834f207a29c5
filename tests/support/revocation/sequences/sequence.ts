import { randomUUID } from 'node:crypto';
import { type Behaviour } from '../../document-engine/behaviours.ts';
import { EVERYONE, group, user } from '../../grants/grants.ts';
import { Violation } from '../model/model.ts';
import { judge, refresh, somethingWaits } from './judgement.ts';
import { SequenceWorld } from './sequence-world.ts';
import { grant, type Kind, type Step } from './steps.ts';
import { dueOf } from '../../../../lib/table/index.ts';

/** What came of sequences, counted. */
export class Tally {
  sequences = 0;
  /** By what they were, and what came of them. */
  readonly steps = new Map<Kind, Map<string, number>>();
  tokens = 0;
  /** How many were refused before their time. */
  ended = 0;
  /** How often an accepted token was compared with the grants. */
  judged = 0;
  /** How many asked again. */
  refreshed = 0;

  add({ kind }: Step, outcome: string): void {
    const outcomes = this.steps.get(kind) ?? new Map<string, number>();
    this.steps.set(kind, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
  }

  /** How often a kind of step came to an outcome; to any unless given. */
  count(kind: Kind, outcome?: string): number {
    const outcomes = this.steps.get(kind) ?? new Map<string, number>();
    return outcome === undefined
      ? [...outcomes.values()].reduce((sum, count) => sum + count, 0)
      : (outcomes.get(outcome) ?? 0);
  }

  toString(): string {
    const steps = [...this.steps].map(([kind, outcomes]) => {
      const parts = [...outcomes].filter(([outcome]) => outcome !== '');
      const shown = parts.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
      return `${kind} ${this.count(kind)}${shown && ` (${shown})`}`;
    });
    return `${this.sequences} sequences: ${steps.join(', ')}; ${this.tokens} tokens, ${this.ended} ended before their time, judged ${this.judged} times; ${this.refreshed} asked again`;
  }
}

/** What is there at first, so that there is something to take away. */
const BEGINNING: readonly Step[] = [
  grant('contract', user('alice'), { role: 'editor', layers: ['*'], privateLayer: true }),
  grant('contract', group('staff'), { role: 'annotator', layers: ['', 'review'] }),
  grant('contract', EVERYONE, { role: 'viewer', privateLayer: true }),
  grant('plan', group('guests'), { role: 'form-filler', layers: ['*'], privateLayer: true }),
  grant('plan', EVERYONE, { role: 'commenter', layers: ['', 'review'] }),
];

/** Once Document Engine is in order, nothing waits longer than that, in milliseconds. */
const PATIENCE = 2 * 3_600_000;

/** The sweeper comes every minute; in milliseconds. */
const BETWEEN_SWEEPS = 60_000;

/** After so many seconds a rotation that was killed lets another one come. */
const TURN = 180;

/**
 * Goes through what happens, one after the other, and judges what Document Engine accepts after each step. Then it sees to
 * the end: Document Engine is in order, the sweeper comes until nothing is left to do, everyone asks again, and time passes
 * until the last token has run out.
 *
 * @param behaviour - of Document Engine where its documentation leaves it open; the harshest unless given
 * @throws Violation where a token is accepted that may not be, or somebody is left without one
 */
export async function goThrough(steps: readonly Step[], tally: Tally, behaviour?: Behaviour): Promise<void> {
  const world = await SequenceWorld.open(behaviour);
  const trace: string[] = [];
  try {
    let waits = false;
    /** Until when a rotation that did not come to its end can keep another from its turn. */
    let turnUntil = 0;
    for (const step of [...BEGINNING, ...steps]) {
      const before = new Set(world.tokens);
      const length = trace.push(String(step));
      const outcome = await step.take(world);
      trace[length - 1] = `${String(step)}: ${outcome}`;
      tally.add(step, outcome);
      const items = await world.systems.items();
      const waited = waits;
      waits = somethingWaits(world, items);
      const isDone = world.systems.isInOrder && world.serves && outcome !== 'killed';
      if (isDone && waits && !waited && step.kind !== 'clock')
        throw new Error('something waits although it could be done');
      const isKeptWaiting = outcome === 'not its turn' && world.clock.now() < turnUntil;
      if (isDone && step.kind === 'rotation' && outcome !== 'done' && !isKeptWaiting)
        throw new Error('the key is not rotated although it could be');
      if ((step.kind === 'rotation' || step.kind === 'emergency') && !isKeptWaiting)
        turnUntil = outcome === 'done' ? 0 : world.clock.now() + TURN * 1000;
      tally.judged += judge(world, items, world.tokens.difference(before));
    }
    await settle(world, trace);
    trace.push('everyone asks again');
    tally.refreshed += await refresh(world, 'all');
    tally.judged += await followToTheEnd(world, trace);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Violation(fault, trace), { cause: error });
  } finally {
    await world.close();
  }
  tally.sequences += 1;
  tally.tokens += world.tokens.size;
  tally.ended += world.ended.size;
}

/** Does what is left to do, until nothing ever is. */
async function settle(world: SequenceWorld, trace: string[]): Promise<void> {
  world.systems.recover();
  if (world.isEmergency) {
    trace.push('the emergency goes on');
    world.clock.advance(TURN * 1000);
    if ((await world.emergency()) !== 'done') throw new Error('the emergency comes to no end');
  }
  if (!world.keepsKeys) {
    trace.push('the rotation goes on');
    world.clock.advance(TURN * 1000);
    if ((await world.rotate(randomUUID())) !== 'done') throw new Error('the rotation comes to no end');
  }
  const latest = world.clock.now() + PATIENCE;
  for (;;) {
    const due = await nextDue(world);
    if (due === undefined) return;
    const next = Math.max(due, world.clock.now() + BETWEEN_SWEEPS);
    if (next > latest) throw new Error('the sweeper does not come to an end in time');
    trace.push('the sweeper does what is left');
    world.clock.advance(next - world.clock.now());
    await world.sweep();
  }
}

/** Lets time pass, and judges in the last second of every token. @returns how many were looked at, each as often as it was */
async function followToTheEnd(world: SequenceWorld, trace: string[]): Promise<number> {
  const items = await world.systems.items();
  let looked = judge(world, items);
  const ends = new Set([...world.tokens].map(({ claims }) => claims.exp));
  for (const end of [...ends].sort((one, other) => one - other)) {
    const left = (end - 1) * 1000 - world.clock.now();
    if (left < 0) continue;
    trace.push(`${left / 1000} s pass`);
    world.clock.advance(left);
    looked += judge(world, items);
  }
  return looked;
}

/** When the first of what is left to do is due, in milliseconds since the Unix epoch; undefined where nothing is. */
async function nextDue(world: SequenceWorld): Promise<number | undefined> {
  const due = (await world.systems.items()).flatMap((item) => dueOf(item)?.dueAt ?? []);
  return due.length === 0 ? undefined : Math.min(...due);
}
