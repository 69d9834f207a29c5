import type { RequestListener, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';

/**
 * A way in which DynamoDB misbehaves:
 * - `server-error`: answers 500 and does nothing
 * - `throttled`: answers that there were too many requests, and does nothing
 * - `slow`: begins its answer after a pause, and ends it after another
 */
export type TableFault = 'server-error' | 'throttled' | 'slow';

/** Learns of a request that was not carried out. @param operation - such as `GetItem` */
export type RefusedRequest = (operation: string, fault: Exclude<TableFault, 'slow'>) => void;

interface Injected {
  readonly fault: TableFault;
  readonly refused: RefusedRequest;
}

/**
 * Each of the two pauses of `slow`. Together they are longer than the alarm about slow requests allows. Each is shorter than the functions
 * wait for the next byte, so no request fails.
 */
const SLOW: Milliseconds = 1_100;

/** Waits for this time. */
type Pause = (milliseconds: Milliseconds) => Promise<void>;

/** The error answers of DynamoDB (developer guide, "Error messages and codes"). */
const ANSWERS = {
  'server-error': { status: 500, type: 'InternalServerError', message: 'Internal server error' },
  throttled: {
    status: 400,
    type: 'ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded.',
  },
} as const;

/** The faults of a DynamoDB server. */
export class TableFaults {
  readonly #pause: Pause;
  #injected: Injected | undefined;

  /** @param pause - waits; the machine's timer unless given */
  constructor(pause: Pause = (milliseconds) => sleep(milliseconds, undefined, { ref: false })) {
    this.#pause = pause;
  }

  /** Makes a server misbehave in front of its present listeners. */
  serve(server: Pick<Server, 'listeners' | 'removeAllListeners' | 'on'>): void {
    const listeners = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (...exchange: Parameters<RequestListener>) => {
      const pass = (): void => {
        for (const listener of listeners) listener(...exchange);
      };
      const injected = this.#injected;
      if (injected === undefined) pass();
      else if (injected.fault === 'slow') delayed(exchange[1], pass, this.#pause);
      else refuse(exchange, { ...injected, fault: injected.fault });
    });
  }

  /** Makes every request fail from now on, in place of a fault that there is. @returns ends the fault */
  inject(fault: TableFault, refused: RefusedRequest = () => undefined): () => void {
    const injected = { fault, refused };
    this.#injected = injected;
    return () => {
      if (this.#injected === injected) this.#injected = undefined;
    };
  }
}

function delayed(response: ServerResponse, pass: () => void, pause: Pause): void {
  const end = response.end.bind(response) as (...rest: unknown[]) => ServerResponse;
  response.end = (...rest: unknown[]) => {
    response.flushHeaders();
    void pause(SLOW).then(() => end(...rest));
    return response;
  };
  void pause(SLOW).then(pass);
}

function refuse(
  [request, response]: Parameters<RequestListener>,
  { fault, refused }: Injected & { readonly fault: Exclude<TableFault, 'slow'> },
): void {
  request.resume();
  refused(String(request.headers['x-amz-target']).replace(/^.*\./, ''), fault);
  const { status, type, message } = ANSWERS[fault];
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message };
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}
