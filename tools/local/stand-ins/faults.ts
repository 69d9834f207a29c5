import { connectionDropped, type HttpAnswer } from './loopback-server.ts';

/**
 * A way in which a local server misbehaves for a test:
 * - `server-error`: answers 5xx and does nothing
 * - `throttled`: answers that there were too many requests, and does nothing
 * - `garbage`: answers 200 with a body that the protocol does not allow, and does nothing
 * - `hang`: does not answer until the fault ends, then carries out the request
 * - `answer-lost`: carries out the request, then drops the connection
 */
export type Fault = 'server-error' | 'throttled' | 'garbage' | 'hang' | 'answer-lost';

/** The error answers of a server's own protocol. */
export interface FaultAnswers {
  readonly serverError: HttpAnswer;
  readonly throttled: HttpAnswer;
}

interface Injected {
  readonly fault: Fault;
  readonly ended: PromiseWithResolvers<void>;
}

const garbage: HttpAnswer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>A proxy in between has something to say.</body></html>',
};

/** The faults that tests put on a local server's operations, and how often each operation was called. */
export class Faults<Operation extends string> {
  readonly #answers: FaultAnswers;
  readonly #injected = new Map<Operation, Injected>();
  readonly #calls = new Map<Operation, number>();

  constructor(answers: FaultAnswers) {
    this.#answers = answers;
  }

  /**
   * Makes an operation misbehave from now on, in place of a fault it already has.
   *
   * @returns ends the fault: hanging calls continue, and later calls are answered as usual
   */
  inject(operation: Operation, fault: Fault): () => void {
    this.#injected.get(operation)?.ended.resolve();
    const injected: Injected = { fault, ended: Promise.withResolvers() };
    this.#injected.set(operation, injected);
    return () => {
      injected.ended.resolve();
      if (this.#injected.get(operation) === injected) this.#injected.delete(operation);
    };
  }

  /** Counts the calls of an operation that arrived so far, answered or not. */
  calls(operation: Operation): number {
    return this.#calls.get(operation) ?? 0;
  }

  /** Answers a call of an operation, through its fault if it has one. */
  async around(
    operation: Operation,
    carryOut: () => Promise<HttpAnswer>,
  ): Promise<HttpAnswer | typeof connectionDropped> {
    this.#calls.set(operation, this.calls(operation) + 1);
    const injected = this.#injected.get(operation);
    switch (injected?.fault) {
      case undefined:
        return carryOut();
      case 'server-error':
        return this.#answers.serverError;
      case 'throttled':
        return this.#answers.throttled;
      case 'garbage':
        return garbage;
      case 'hang':
        await injected.ended.promise;
        return carryOut();
      case 'answer-lost':
        await carryOut();
        return connectionDropped;
    }
  }
}
