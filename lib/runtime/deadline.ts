import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from './clock.ts';
import { LayermintError } from './errors.ts';
import type { Milliseconds } from './time.ts';

/** The time for the work is over, or its caller has been answered. The call was not made, or its result does not count. */
export class DeadlineOverError extends LayermintError {
  override readonly name = 'DeadlineOverError';
  readonly code = 'DEADLINE_OVER';

  constructor(options?: ErrorOptions) {
    super('The work was stopped at its deadline', options);
  }
}

// Without a reason of its own, each abort makes an error with a stack, which takes longer than the rest of a deadline.
const OVER = new DeadlineOverError();

/** The part of Lambda's context that tells the time left for an invocation. */
export interface Remaining {
  getRemainingTimeInMillis(): Milliseconds;
}

const running = new AsyncLocalStorage<Deadline | undefined>();

/**
 * The end of a request, an event or a part of one. Work that runs under a deadline (see {@link Deadline.run}) makes no
 * call to AWS or Document Engine after it.
 *
 * Lambda freezes a process once it has answered, at any step of the work that is left. It thaws the process for the next
 * request, perhaps minutes later. A call that the work makes then would change a state that it has never seen. So each
 * call looks at the deadline by the clock, which also counts the time in the freezer, and the answer itself ends it.
 */
export class Deadline {
  /** Milliseconds since the Unix epoch. */
  readonly at: Milliseconds;
  readonly #clock: Clock;
  readonly #ending = new AbortController();

  /** @param at - milliseconds since the Unix epoch, by this clock */
  constructor(clock: Clock, at: Milliseconds) {
    this.#clock = clock;
    this.at = at;
  }

  /** Makes the deadline that lies this many milliseconds ahead. */
  static after(clock: Clock, milliseconds: Milliseconds): Deadline {
    return new Deadline(clock, clock.now() + milliseconds);
  }

  /** The deadline of the request or event that is served here; undefined outside of {@link Deadline.run}. */
  static current(): Deadline | undefined {
    return running.getStore();
  }

  /** Aborted at the deadline. It ends calls that are under way. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Tells whether the moment has come or is past, or the work has been ended. */
  isOver(): boolean {
    return this.signal.aborted || this.#clock.now() >= this.at;
  }

  /** Ends the work before its time, because its caller is answered. */
  end(): void {
    this.#ending.abort(OVER);
  }

  /** @throws DeadlineOverError if it is over */
  check(): void {
    if (this.isOver()) throw new DeadlineOverError();
  }

  /**
   * Runs work under this deadline, which becomes the current one of all calls that the work makes. The deadline ends with
   * the work: parts of it that still run after an error are stopped too.
   *
   * @returns the work's result
   * @throws the work's error
   */
  async run<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    if (this.at === Infinity) return this.runUntilEnded(work);
    const isDone = new AbortController();
    void this.#endInTime(isDone.signal);
    try {
      return await this.runUntilEnded(work);
    } finally {
      isDone.abort(OVER);
    }
  }

  /**
   * Runs work like {@link Deadline.run}, without a timer: the caller has one, and ends the deadline by it. A second timer would cost
   * a request as much as a third of its signature.
   */
  async runUntilEnded<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    try {
      return await running.run(this, work);
    } finally {
      this.end();
    }
  }

  async #endInTime(isDone: AbortSignal): Promise<void> {
    // Timers and the clock count whole milliseconds, each from its own beginning: a timer can fire one too early.
    for (let pause = 0; pause < 2 && !this.isOver(); pause += 1) {
      await this.#clock.sleep(this.at - this.#clock.now(), isDone);
    }
    if (this.isOver()) this.end();
  }
}

/**
 * Runs work that belongs to the process and not to the current request, such as fetching a key for all requests. No
 * deadline applies to it.
 */
export function outsideDeadline<Result>(work: () => Result): Result {
  return running.run(undefined, work);
}

/**
 * Makes one call to AWS or Document Engine under the current deadline.
 *
 * @param call - gets the signal to pass on; undefined if there is no deadline
 * @throws DeadlineOverError if the deadline is over before the call, or at its end: its result does not count then
 */
export async function withinDeadline<Result>(
  call: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  const deadline = Deadline.current();
  if (deadline === undefined) return call(undefined);
  deadline.check();
  let result: Result;
  try {
    result = await call(deadline.signal);
  } catch (error) {
    if (deadline.isOver()) throw new DeadlineOverError({ cause: error });
    throw error;
  }
  deadline.check();
  return result;
}

/**
 * Looks at the deadline before each attempt. After a thaw, the timer of the SDK's next attempt can be earlier than the
 * one of the deadline, and its signal is not yet aborted then.
 */
export const beforeEachAttempt =
  <Input extends object, Output extends object>(next: (args: Input) => Promise<Output>) =>
  (args: Input): Promise<Output> => {
    Deadline.current()?.check();
    return next(args);
  };

/** The place of {@link beforeEachAttempt} in a client's middleware. */
export const EACH_ATTEMPT = { name: 'deadline', relation: 'after', toMiddleware: 'retryMiddleware' } as const;
