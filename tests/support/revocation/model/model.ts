import { hash } from 'node:crypto';
import { GrantStore } from '../../../../lib/grants/index.ts';
import { beginRun, sweep } from '../../../../lib/revocation/index.ts';
import { explore, type Explored, type Steering } from '../../interleaving/exploration.ts';
import { interleave, type Choose, type Thread } from '../../interleaving/interleaving.ts';
import { Actor } from './actor.ts';
import { faultOf } from './judgement.ts';
import { Scene } from './scene.ts';
import { type Act, type Situation } from './situation.ts';
import { World } from './world.ts';
import { dueOf } from '../../../../lib/table/index.ts';

/** An end state that must not occur. The message lists the steps that led to it. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(fault: string, steps: readonly string[]) {
    super([`${fault}:`, ...steps].join('\n  '));
  }
}

/**
 * Runs the deployed functions through every possible course of a situation. Each end state is judged after Document
 * Engine is available again and the sweeper has done the remaining work. Signatures are left out, as nothing here
 * verifies them.
 *
 * @throws Violation if an end state is not as it must be
 */
export async function everyEndOf(situation: Situation): Promise<Explored> {
  return withoutSignatures(async () => {
    const before = await worldBefore(situation);
    return explore((steering) => oneEnd(situation, before, steering));
  });
}

/** Runs one course of a situation, by these choices. @throws Violation if its end state is not as it must be */
export async function oneEndOf(situation: Situation, choose: Choose): Promise<void> {
  await withoutSignatures(async () => {
    await oneEnd(situation, await worldBefore(situation), { choose, at: () => undefined });
  });
}

async function withoutSignatures<Result>(call: () => Promise<Result>): Promise<Result> {
  const { subtle } = globalThis.crypto;
  const sign = subtle.sign.bind(subtle);
  const signature = Promise.resolve(new ArrayBuffer(64));
  subtle.sign = () => signature;
  try {
    return await call();
  } finally {
    subtle.sign = sign;
  }
}

async function worldBefore({ weakness: _, ...situation }: Situation): Promise<World> {
  const scene = new Scene(situation);
  const store = new GrantStore(scene.world.table);
  for (const [documentId, grants] of Object.entries(situation.grants)) {
    for (const grant of grants) await store.put(documentId, grant);
  }
  for (const act of situation.before ?? []) await new Actor(scene, act).perform();
  return scene.world;
}

async function oneEnd(situation: Situation, before: World, steering: Steering): Promise<void> {
  const scene = new Scene(situation, before, steering);
  const callers = situation.beside.map((act) => actsOf(act).map((one) => new Actor(scene, one)));
  const actors = callers.flat();
  let interruptions = situation.interruptions ?? Infinity;
  let last: number | undefined;
  const state = (): string =>
    hash(
      'sha1',
      [...actors.map(({ seen }) => seen), scene.describe(), interruptions, last].join('\n'),
      'base64',
    );
  await interleave(
    callers.map((caller): Thread => async (step, fork) => {
      for (const actor of caller) await actor.perform(step, fork);
    }),
    (of, able = []) => {
      const goesOn = last === undefined ? -1 : able.indexOf(last);
      if (goesOn >= 0 && interruptions === 0) return goesOn;
      steering.at(state);
      const chosen = steering.choose(of);
      if (situation.interruptions === undefined) return chosen;
      if (goesOn >= 0 && chosen !== goesOn) interruptions -= 1;
      last = able[chosen];
      return chosen;
    },
  );
  steering.at(state);
  for (const act of situation.afterwards ?? []) await new Actor(scene, act).perform();
  const fault = (await sweepToTheEnd(scene)) ?? (await faultOf(scene));
  if (fault !== undefined) throw new Violation(fault, scene.steps);
}

/** Lists the acts of one caller, one after the other. */
function actsOf(act: Act): Act[] {
  return [act, ...(act.then ? actsOf(act.then) : [])];
}

const MOST_SWEEPS = 40;

/** Sweeps whenever an item is due, until none is left. @returns the fault if there is no end */
async function sweepToTheEnd(scene: Scene): Promise<string | undefined> {
  const { table, clock } = scene.world;
  const lastSweep: Act = {
    name: 'last sweeper',
    act: async (actor) => {
      await sweep(beginRun(actor.dependencies, Infinity));
    },
  };
  for (let sweeps = 0; sweeps < MOST_SWEEPS; sweeps += 1) {
    const due = table.everything().flatMap((item) => dueOf(item)?.dueSince ?? []);
    if (due.length === 0) return undefined;
    clock.advance(Math.max(0, Math.min(...due) - clock.now()));
    await new Actor(scene, lastSweep).perform();
  }
  return 'the sweeper never finishes';
}
