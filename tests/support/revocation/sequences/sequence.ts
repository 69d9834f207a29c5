import { randomUUID } from 'node:crypto';
import { type Behaviour } from '../../document-engine/behaviours.ts';
import { EVERYONE, group, user } from '../../grants/grants.ts';
import { Violation } from '../model/model.ts';
import { judge, refresh, somethingWaits } from './judgement.ts';
import { SequenceWorld } from './sequence-world.ts';
import { grant, type Kind, type Step } from './steps.ts';
import { dueOf } from '../../../../lib/table/index.ts';

/** The outcomes of sequences, counted. */
export class Tally {
  sequences = 0;
  /** The steps by kind, and by outcome. */
  readonly steps = new Map<Kind, Map<string, number>>();
  tokens = 0;
  /** The number of tokens that were refused before they expired. */
  ended = 0;
  /** The number of comparisons of an accepted token with the grants. */
  judged = 0;
  /** The number of repeated requests. */
  refreshed = 0;

  add({ kind }: Step, outcome: string): void {
    const outcomes = this.steps.get(kind) ?? new Map<string, number>();
    this.steps.set(kind, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
  }

  /** Counts the steps of a kind with an outcome; with any outcome unless given. */
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

/** The grants at the beginning, so that there is something to remove. */
const BEGINNING: readonly Step[] = [
  grant('contract', user('alice'), { role: 'editor', layers: ['*'], privateLayer: true }),
  grant('contract', group('staff'), { role: 'annotator', layers: ['', 'review'] }),
  grant('contract', EVERYONE, { role: 'viewer', privateLayer: true }),
  grant('plan', group('guests'), { role: 'form-filler', layers: ['*'], privateLayer: true }),
  grant('plan', EVERYONE, { role: 'commenter', layers: ['', 'review'] }),
];

/** The longest time that work may be pending after Document Engine works again, in milliseconds. */
const PATIENCE = 2 * 3_600_000;

/** The time between two sweeps, in milliseconds. */
const BETWEEN_SWEEPS = 60_000;

/** The time after which a killed rotation lets another one begin, in seconds. */
const TURN = 180;

/**
 * Takes the steps one after the other, and after each judges the tokens that Document Engine accepts. At the end
 * Document Engine works again, the sweeper runs until no work is left, everyone asks again, and time passes until the
 * last token has expired.
 *
 * @param behaviour - Document Engine's behaviour that its documentation leaves open; the harshest unless given
 * @throws Violation if a token is accepted that must not be, or a person with a grant gets none
 */
export async function goThrough(steps: readonly Step[], tally: Tally, behaviour?: Behaviour): Promise<void> {
  const world = await SequenceWorld.open(behaviour);
  const trace: string[] = [];
  try {
    let waits = false;
    /** The time until which an unfinished rotation can hold the lease. */
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

/** Does the remaining work until none is left. @throws an Error if there is no end, or only a late one */
async function settle(world: SequenceWorld, trace: string[]): Promise<void> {
  world.systems.recover();
  if (world.isEmergency) {
    trace.push('the emergency continues');
    world.clock.advance(TURN * 1000);
    if ((await world.emergency()) !== 'done') throw new Error('the emergency does not finish');
  }
  if (!world.keepsKeys) {
    trace.push('the rotation continues');
    world.clock.advance(TURN * 1000);
    if ((await world.rotate(randomUUID())) !== 'done') throw new Error('the rotation does not finish');
  }
  const latest = world.clock.now() + PATIENCE;
  for (;;) {
    const due = await nextDue(world);
    if (due === undefined) return;
    const next = Math.max(due, world.clock.now() + BETWEEN_SWEEPS);
    if (next > latest) throw new Error('the sweeper does not finish in time');
    trace.push('the sweeper does the remaining work');
    world.clock.advance(next - world.clock.now());
    await world.sweep();
  }
}

/** Lets time pass, and judges in the last second of every token. @returns the number of judgements */
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

/** Finds the moment at which the next work is due, in milliseconds since the Unix epoch; undefined if none is left. */
async function nextDue(world: SequenceWorld): Promise<number | undefined> {
  const due = (await world.systems.items()).flatMap((item) => dueOf(item)?.dueSince ?? []);
  return due.length === 0 ? undefined : Math.min(...due);
}
