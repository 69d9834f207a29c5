import { Deadline, DeadlineOverError, withinDeadline } from '../../../../lib/runtime/deadline.ts';
import { LANDS_WITHIN, StoreUnavailableError } from '../../../../lib/table/index.ts';
import { type Thread } from '../../interleaving/interleaving.ts';
import { type Scene } from './scene.ts';

/** The longest that a request or an event takes here, in milliseconds. */
const LONGEST_REQUEST = 30_000;

const ignore = (): void => undefined;

/** Ignores the end of work at its deadline, and contention: nobody waits for the work any more. */
function unlessOver(error: unknown): void {
  if (!(error instanceof DeadlineOverError || error instanceof StoreUnavailableError)) throw error;
}

/** The manner in which an act takes its steps. See `Act`. */
interface Manner {
  readonly name: string;
  readonly mayStop?: boolean;
  readonly arrivesLater?: boolean;
  readonly mayFreeze?: boolean;
}

/** The course of one act: its steps between those of others, its deadline, a crash, and a process that is frozen. */
export class Course {
  readonly #scene: Scene;
  readonly #manner: Manner;
  readonly #observe: (value: unknown) => void;
  #step: (() => Promise<void>) | undefined;
  #fork: (thread: Thread) => void = ignore;
  #deadline: Deadline | undefined;
  #finished: Promise<void> = Promise.resolve();
  #answer: () => void = ignore;
  #stop: () => void = ignore;

  /** @param observe - receives all that the further course depends on */
  constructor(scene: Scene, manner: Manner, observe: (value: unknown) => void) {
    this.#scene = scene;
    this.#manner = manner;
    this.#observe = observe;
  }

  /** True if others act beside it. */
  get isBeside(): boolean {
    return this.#step !== undefined;
  }

  /** True once its caller has been answered. */
  get isAnswered(): boolean {
    return this.#deadline?.isOver() ?? false;
  }

  /**
   * Runs the act until its caller is answered.
   *
   * @param step - awaited before each access to shared state; absent if it acts alone
   * @param fork - begins a thread for the work that is left after an early answer
   */
  async run(
    act: () => Promise<void>,
    onFinished: () => void,
    step?: () => Promise<void>,
    fork: (thread: Thread) => void = ignore,
  ): Promise<void> {
    this.#step = step;
    this.#fork = fork;
    const stopped = Promise.withResolvers<undefined>();
    const answered = Promise.withResolvers<undefined>();
    this.#stop = () => {
      stopped.resolve(undefined);
    };
    this.#answer = () => {
      answered.resolve(undefined);
    };
    const { clock } = this.#scene.world;
    if (this.#manner.arrivesLater) await step?.();
    this.#observe(clock.now());
    this.#deadline = Deadline.after(clock, LONGEST_REQUEST);
    const acts = this.#deadline.run(act).catch(unlessOver);
    this.#finished = Promise.race([acts, stopped.promise]).then(onFinished);
    await Promise.race([this.#finished, answered.promise]);
  }

  /** Makes a call under the deadline, as the table of the service does. */
  inTime<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#scene.situation.weakness?.ignoresDeadline ? call() : withinDeadline(call);
  }

  /** Awaits the next step. @param what - describes it */
  async next(what: string): Promise<void> {
    const { steps, steering } = this.#scene;
    const { name, mayStop } = this.#manner;
    if (this.#step && mayStop && steering?.choose(2) === 1) {
      steps.push(`${name} stops for ever`);
      this.#stop();
      await new Promise(ignore);
    }
    await this.#step?.();
    this.#observe('continues');
    steps.push(`${name}: ${what}`);
  }

  /**
   * Awaits the moment at which a call takes effect.
   *
   * @throws StoreUnavailableError if the call comes too late, and AWS refuses it
   */
  async call(what: string): Promise<void> {
    const { clock } = this.#scene.world;
    const sentAt = clock.now();
    if (this.#freezes()) await this.#freeze(what);
    await this.next(what);
    if (clock.now() - sentAt > LANDS_WITHIN) throw new StoreUnavailableError('the signature has expired');
  }

  #freezes(): boolean {
    if (!this.#manner.mayFreeze || this.#step === undefined || this.#deadline?.signal.aborted) return false;
    return this.#scene.steering?.choose(2) === 1;
  }

  /** Answers the caller. The work that is left has its own thread from now on. */
  async #freeze(what: string): Promise<void> {
    const { steps, world } = this.#scene;
    const { name } = this.#manner;
    steps.push(`${name}: is answered early, and frozen while it is to ${what}`);
    this.#observe(['is frozen', world.clock.now()]);
    this.#deadline?.end();
    const thawed = Promise.withResolvers<undefined>();
    this.#fork(async (step) => {
      this.#step = step;
      await step();
      steps.push(`${name} is thawed`);
      thawed.resolve(undefined);
      await this.#finished;
    });
    this.#answer();
    await thawed.promise;
  }
}
