import {
  LayermintError,
  type BatchResult,
  type SourceEvent,
  type Subscription,
  type TokenSource,
} from '../../../clients/typescript/src/index.ts';
import { has, shown } from './comparison.ts';
import type { CallStep, Members } from './format.ts';

type Outcome = { readonly value: unknown } | { readonly error: unknown };

interface Call {
  readonly abort: AbortController;
  outcome?: Outcome;
  taken: boolean;
}

interface Watch {
  readonly abort: AbortController;
  readonly notified: Outcome[];
  subscription?: Subscription;
}

/** The calls of the app in a scenario, with the outcomes that no step has taken. */
export class Calls {
  readonly #source: TokenSource;
  readonly #calls = new Map<string, Call>();
  readonly #watches = new Map<string, Watch>();
  #events: SourceEvent[] = [];

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /** Records an event of the source. */
  record(event: SourceEvent): void {
    this.#events.push(event);
  }

  start(step: CallStep): void {
    if (step.call === 'close') this.#source.close();
    else if (step.call === 'watch') this.#watch(step);
    else this.#await(step);
  }

  #watch({ as, request }: CallStep & { readonly call: 'watch' }): void {
    const watch: Watch = { abort: new AbortController(), notified: [] };
    this.#watches.set(as, watch);
    watch.subscription = this.#source.watch(
      request,
      {
        onToken: (value) => watch.notified.push({ value }),
        onError: (error) => watch.notified.push({ error }),
      },
      { signal: watch.abort.signal },
    );
  }

  #await(step: Exclude<CallStep, { readonly call: 'watch' | 'close' }>): void {
    const call: Call = { abort: new AbortController(), taken: false };
    this.#calls.set(step.as, call);
    this.#begin(step, call.abort.signal).then(
      (value) => (call.outcome = { value }),
      (error: unknown) => (call.outcome = { error }),
    );
  }

  async #begin(
    step: Exclude<CallStep, { readonly call: 'watch' | 'close' }>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const source = this.#source;
    switch (step.call) {
      case 'token':
        return source.token(step.request, { signal, atLeastMs: step.atLeastMs });
      case 'renew':
        return source.renew(step.request, { signal, refused: step.refused });
      case 'batch':
        return source.batch(step.requests, { signal });
      case 'signOut':
        return source.signOut({ signal, revokeTokens: step.revokeTokens });
    }
  }

  abort(name: string): void {
    (this.#calls.get(name) ?? this.#watchOf(name)).abort.abort(new Error('the person has left'));
  }

  closeWatch(name: string): void {
    this.#watchOf(name).subscription?.close();
  }

  expectPending(name: string): void {
    const { outcome } = this.#callOf(name);
    if (outcome !== undefined) throw new Error(`expected no outcome, found ${described(outcome)}`);
  }

  expectToken(name: string, token: Members): void {
    expectValue(this.#take(name), token);
  }

  expectSignedOut(name: string, result: Members = {}): void {
    expectValue(this.#take(name), result);
  }

  expectError(name: string, error: Members): void {
    expectFailure(this.#take(name), error);
  }

  expectResults(
    name: string,
    results: readonly { readonly token?: Members; readonly error?: Members }[],
  ): void {
    const outcome = this.#take(name);
    if (!('value' in outcome)) throw new Error(`expected results, found ${described(outcome)}`);
    const actual = outcome.value as readonly BatchResult[];
    if (actual.length !== results.length)
      throw new Error(`expected ${results.length} results, found ${actual.length}`);
    for (const [at, { token, error }] of results.entries()) {
      const result = actual[at];
      if (token !== undefined) expectValue(asOutcome(result), token);
      if (error !== undefined) expectFailure(asOutcome(result), error);
    }
  }

  expectNotified(name: string, token: Members | undefined, error: Members | undefined): void {
    const outcome = this.#watchOf(name).notified.shift();
    if (outcome === undefined) throw new Error(`the watch ${name} was not notified`);
    if (token !== undefined) expectValue(outcome, token);
    if (error !== undefined) expectFailure(outcome, error);
  }

  expectNotNotified(name: string): void {
    const [outcome] = this.#watchOf(name).notified;
    if (outcome !== undefined) throw new Error(`the watch was notified of ${described(outcome)}`);
  }

  expectEvents(listed: readonly Members[]): void {
    let at = 0;
    for (const event of this.#events) if (has(event, listed[at] ?? {}) && at < listed.length) at += 1;
    if (at < listed.length)
      throw new Error(`no event ${shown(listed[at])} in its place among ${shown(this.#events)}`);
    this.#events = [];
  }

  /** Names the outcomes that no step has taken, and the calls that have none. */
  leftovers(): string[] {
    const calls = [...this.#calls]
      .filter(([, { taken }]) => !taken)
      .map(([name, { outcome }]) => `the call ${name}: ${outcome ? described(outcome) : 'no outcome'}`);
    const watches = [...this.#watches].flatMap(([name, { notified }]) =>
      notified.map((outcome) => `the watch ${name}: ${described(outcome)}`),
    );
    return [...calls, ...watches];
  }

  #take(name: string): Outcome {
    const call = this.#callOf(name);
    if (call.outcome === undefined) throw new Error(`the call ${name} has no outcome`);
    if (call.taken) throw new Error(`the outcome of ${name} was taken before`);
    call.taken = true;
    return call.outcome;
  }

  #callOf(name: string): Call {
    const call = this.#calls.get(name);
    if (call === undefined) throw new Error(`there is no call ${name}`);
    return call;
  }

  #watchOf(name: string): Watch {
    const watch = this.#watches.get(name);
    if (watch === undefined) throw new Error(`there is no watch ${name}`);
    return watch;
  }
}

const described = (outcome: Outcome): string =>
  'value' in outcome ? `the value ${shown(outcome.value)}` : `the error ${shown(outcome.error)}`;

const asOutcome = (result: BatchResult | undefined): Outcome =>
  result?.error === undefined ? { value: result?.token } : { error: result.error };

function expectValue(outcome: Outcome, members: Members): void {
  if (!('value' in outcome) || !has(outcome.value, members))
    throw new Error(`expected ${shown(members)}, found ${described(outcome)}`);
}

function expectFailure(outcome: Outcome, members: Members): void {
  if (!('error' in outcome) || !(outcome.error instanceof LayermintError) || !has(outcome.error, members))
    throw new Error(`expected the error ${shown(members)}, found ${described(outcome)}`);
}
