import { AsyncLocalStorage } from 'node:async_hooks';
import { outsideDeadline } from '../../../lib/runtime/deadline.ts';
import { type RotationWorld } from './rotation-world.ts';

/** A fault or pause of a run at one of its remote calls. */
export type Stop =
  /** It stands still before the call, and continues when it is told to. */
  | 'stands still'
  /** Its process ends before the call. */
  | 'killed'
  /** Its process ends after the call has taken effect. */
  | 'killed after'
  /** The call takes effect, and its answer is lost. */
  | 'answer lost'
  /** The process ends with a request under way to Document Engine, which carries it out when it is told to. */
  | 'late';

const ANSWER_LOST = (): Error => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

/** One of two runs beside each other, with a stop at one of its calls. */
export class Run {
  /** The calls so far, such as `DynamoDB: PutItem`. */
  readonly calls: string[] = [];
  /** The error with which it has ended. */
  error: unknown;
  /** Resolves when it stands still or has ended. */
  readonly rests: Promise<void>;
  readonly ends: Promise<void>;
  readonly #at: number;
  readonly #stop: Stop;
  #restNow: () => void = () => undefined;
  #continue: () => void = () => undefined;
  readonly #mayContinue: Promise<void>;
  #dead = false;

  /** @param at - the index of the call at which it stops; Infinity: it does not stop */
  constructor(work: () => Promise<unknown>, at = Infinity, stop: Stop = 'stands still') {
    this.#at = at;
    this.#stop = stop;
    this.rests = new Promise((resolve) => (this.#restNow = resolve));
    this.#mayContinue = new Promise((resolve) => (this.#continue = resolve));
    this.ends = outsideDeadline(() => running.run(this, work)).then(
      () => {
        this.#restNow();
      },
      (error: unknown) => {
        this.error = error;
        this.#restNow();
      },
    );
  }

  /** Continues after the stop: a run that stood still, or a request that was under way. */
  continue(): void {
    this.#continue();
  }

  /** Called before a call takes effect. Throws if it never does. */
  async before(call: string): Promise<void> {
    if (this.#dead) throw ANSWER_LOST();
    const index = this.calls.push(call) - 1;
    if (index < this.#at) return;
    if (this.#stop === 'stands still') {
      this.#restNow();
      await this.#mayContinue;
    }
    if (index > this.#at) return;
    if (this.#stop === 'killed') {
      this.#dead = true;
      throw ANSWER_LOST();
    }
    if (this.#stop === 'late') {
      this.#dead = true;
      this.#restNow();
      await this.#mayContinue;
    }
  }

  /** Called after a call has taken effect. Throws if its answer is lost. */
  after(): void {
    if (this.#dead) throw ANSWER_LOST();
    if (this.calls.length - 1 !== this.#at) return;
    if (this.#stop === 'killed after') this.#dead = true;
    if (this.#stop === 'killed after' || this.#stop === 'answer lost') throw ANSWER_LOST();
  }
}

const running = new AsyncLocalStorage<Run>();

/** Makes every remote call of a world a point at which the run that makes it can stop. */
export function observeRuns(world: RotationWorld): void {
  world.calls.meanwhile = async () => {
    await running.getStore()?.before(world.calls.made.at(-1) ?? '');
  };
  world.calls.frozen = () => {
    running.getStore()?.after();
  };
}
