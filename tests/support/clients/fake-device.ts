import type { Connectivity, ConnectivityEvent } from '../../../clients/typescript/src/index.ts';
import type { CallerTokenAnswer } from './format.ts';

interface CallerTokenCall {
  readonly renew: boolean;
  resolve(token: string): void;
  reject(error: Error): void;
}

const MOST_CALLS = 1000;

/** The app's `callerToken`. Calls with `renew` wait in a queue; others are answered at once, unless a scenario says otherwise. */
export class FakeCallerToken {
  #answer: CallerTokenAnswer = { gives: 'caller-1' };
  readonly #calls: CallerTokenCall[] = [];
  #count = 0;

  /** The calls that no step has answered or taken. */
  get untaken(): number {
    return this.#calls.length;
  }

  readonly call = ({ renew }: { readonly renew: boolean }): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    // A client that asks without a pause gets no answer in the end, so that the test does not hang.
    if ((this.#count += 1) > MOST_CALLS) return promise;
    if (renew || this.#answer.asks === true) this.#calls.push({ renew, resolve, reject });
    else if (this.#answer.fails === undefined) resolve(this.#answer.gives ?? '');
    else reject(new Error(this.#answer.fails));
    return promise;
  };

  /** Sets the answer to calls without `renew`. */
  answerWith(answer: CallerTokenAnswer): void {
    this.#answer = answer;
  }

  /** Takes the oldest call of the queue, and answers it. Without an answer it hangs. @throws if it is another */
  take(renew: boolean, { gives, fails }: CallerTokenAnswer): void {
    const call = this.#calls.shift();
    if (call?.renew !== renew)
      throw new Error(
        `expected a call of callerToken with renew ${renew}, found ${call ? 'another' : 'none'}`,
      );
    if (fails !== undefined) call.reject(new Error(fails));
    if (gives === undefined) return;
    this.#answer = { gives };
    call.resolve(gives);
  }
}

/** A connectivity adapter whose events come by hand. */
export class FakeConnectivity implements Connectivity {
  #online: boolean;
  readonly #listeners = new Set<(event: ConnectivityEvent) => void>();

  constructor(online = true) {
    this.#online = online;
  }

  /** The number of listeners that have not unsubscribed. */
  get listeners(): number {
    return this.#listeners.size;
  }

  isOnline(): boolean {
    return this.#online;
  }

  subscribe(listener: (event: ConnectivityEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(event: ConnectivityEvent): void {
    if (event !== 'resume') this.#online = event === 'online';
    for (const listener of [...this.#listeners]) listener(event);
  }
}
