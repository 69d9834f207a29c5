import { afterAll, expect, jest, test } from '@jest/globals';
import { some } from '../../support/jest/suites.ts';
import { LONGEST_CACHE_LIFE } from '../../../lib/signing-keys/index.ts';
import { EVERY_BEHAVIOUR, leavesGap, nameOf } from '../../support/document-engine/behaviours.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';
import { type SigningProcess } from '../../support/rotation/signing-process.ts';

// Hundreds of rotations under load, each with real keys and signatures.
jest.setTimeout(1_800_000);

const CACHE_LIFE = LONGEST_CACHE_LIFE / 1000;

let [minted, checked] = [0, 0];
afterAll(() => {
  process.stdout.write(`rotation under load: ${minted} tokens, checked ${checked} times\n`);
});

/**
 * Processes that sign in turn. One is always healthy, and one is new each time. One loses Secrets Manager right after it has
 * fetched its key, and signs with that key for as long as its cache allows.
 */
class Load {
  readonly #world: RotationWorld;
  readonly #well: SigningProcess;
  #cutOff: SigningProcess;
  #cutOffSince = 0;
  #turns = 0;

  constructor(world: RotationWorld) {
    this.#world = world;
    this.#well = world.process();
    this.#cutOff = world.process();
  }

  /** Signs one more token, and lets some seconds pass. */
  async signNext(): Promise<void> {
    this.#turns += 1;
    minted += 1;
    await this.#next().mint();
    this.#world.pass(this.#turns % 7);
  }

  #next(): SigningProcess {
    switch (this.#turns % 3) {
      case 0:
        return this.#well;
      case 1:
        return this.#world.process();
      default: {
        const now = this.#world.clock.now() / 1000;
        if (now >= this.#cutOffSince + CACHE_LIFE) {
          this.#cutOff = this.#world.process();
          this.#cutOffSince = now;
        } else {
          this.#cutOff.reachesSecretsManager = false;
        }
        return this.#cutOff;
      }
    }
  }
}

test.each(some(EVERY_BEHAVIOUR, 5).map((behaviour) => [nameOf(behaviour), behaviour] as const))(
  'no token is refused in its first or last second during three rotations at a Document Engine of %s',
  async (_name, behaviour) => {
    const world = await RotationWorld.create({
      behaviour,
      checked: 'first and last second',
      longestLife: 900,
    });
    const load = new Load(world);
    await load.signNext();
    const kids = new Set<string>();
    for (let rotation = 0; rotation < 3; rotation += 1) {
      let call = rotation;
      world.calls.meanwhile = () => ((call += 1) % 2 === 0 ? load.signNext() : undefined);
      await world.rotate();
      world.calls.meanwhile = () => undefined;
      for (let minutes = 0; minutes < 80; minutes += 4) {
        world.pass(240);
        await load.signNext();
      }
      const current = world.entries().filter(({ expiresAt }) => expiresAt === undefined);
      expect(current).toHaveLength(1);
      for (const { thumbprint } of current) kids.add(thumbprint);
    }
    world.pass(2 * CACHE_LIFE);
    checked += world.checks;

    expect(kids.size).toBe(3);
    expect(world.entries()).toHaveLength(1);
    // If Document Engine leaves a gap, it is between two consecutive calls.
    expect(leavesGap(behaviour) ? world.refusals.filter(({ inGap }) => !inGap) : world.refusals).toEqual([]);
  },
);
