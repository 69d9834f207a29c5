import { type Steering } from '../../interleaving/exploration.ts';
import { type Situation } from './situation.ts';
import { World } from './world.ts';
import { type Item } from '../../../../lib/table/index.ts';

/** The ids that `randomUUID` makes, and the ids of jobs. */
const RANDOM = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?<=JOB#)[\w-]{22}/g;

/** A world with actors: side by side in a steered order, or one after the other without steering. */
export class Scene {
  readonly situation: Situation;
  readonly world: World;
  readonly steering: Steering | undefined;
  /** The items at the beginning. */
  readonly beginning: readonly Item[];
  /** The steps so far, to explain a violation. */
  readonly steps: string[] = [];
  faultsLeft: number;
  readonly #names = new Map<string, string>();
  readonly #texts = new WeakMap<object, string>();

  constructor(situation: Situation, before?: World, steering?: Steering) {
    this.situation = situation;
    this.world = new World(before);
    this.world.table.largestPage = situation.largestPage ?? Infinity;
    this.steering = steering;
    this.beginning = this.world.table.everything();
    this.faultsLeft = steering ? (situation.faults ?? 0) : 0;
  }

  /** Describes the world; equal worlds have equal descriptions. */
  describe(): string {
    const { table, clock, revocations, tokens, kept } = this.world;
    const items = table.everything().map((item) => this.textOf(item));
    const held = tokens.map(
      ({ request, token, revoked }) => `${this.textOf(request.grant)} ${token.jwt} ${revoked}`,
    );
    const rest = [this.textOf(kept), revocations, clock.now(), this.faultsLeft];
    return [...items.sort(), ...held.sort(), ...rest].join('\n');
  }

  /**
   * Gives names to the random values in a value, so that the random parts do not matter. @param by - the actor that
   * made them
   */
  name(value: unknown, by: string): void {
    for (const [random] of textOf(value).matchAll(RANDOM)) {
      if (this.#names.has(random)) continue;
      const made = [...this.#names.values()].filter((name) => name.startsWith(by)).length;
      this.#names.set(random, `${by} ${made}`);
    }
  }

  /** Writes a value as text; equal values have equal texts. */
  textOf(value: unknown): string {
    if (typeof value !== 'object' || value === null) return this.#named(textOf(value));
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    const text = this.#named(textOf(value));
    this.#texts.set(value, text);
    return text;
  }

  #named(text: string): string {
    return text.replace(RANDOM, (random) => this.#names.get(random) ?? random);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Set) return `{${[...value].map(textOf).sort().join()}}`;
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}:${textOf(member)}`);
  return `{${members.sort().join()}}`;
}
