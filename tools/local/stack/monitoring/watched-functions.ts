import type { FailureQueue } from './failure-queue.ts';
import { FunctionError, type Functions, type Invoke } from '../../stand-ins/lambda/index.ts';
import type { AwsMetrics } from './aws-metrics.ts';

/**
 * A way in which a function misbehaves:
 * - `crashing`: its process ends in every call
 * - `throttled`: Lambda refuses every call
 * - `unscheduled`: EventBridge does not call it
 */
export type FunctionFault = 'crashing' | 'throttled' | 'unscheduled';

/** The running functions, with the metrics and the faults of Lambda. */
export interface WatchedFunctions extends Functions {
  /**
   * Calls a function by its schedule, unless a fault keeps it from running. Lambda repeats a call that fails, and then sends the event
   * to the failure queue. It waits a minute or two before each repetition, which a developer should not have to. Rejects if every try
   * has failed.
   */
  readonly invokeBySchedule: Invoke;
  /** Makes functions misbehave until the returned function is called. @param names - all functions unless given */
  inject(fault: FunctionFault, names?: readonly string[]): () => void;
  /** The failure queue. */
  readonly failures: Pick<FailureQueue, 'list' | 'purge' | 'redrive'>;
  /** Puts an event of a function into the failure queue. */
  addFailure(functionName: string, event: unknown): void;
}

/** Lambda's retries of an asynchronous call (Lambda developer guide, "Error handling for asynchronous invocation"). */
const RETRIES = 2;

/** Finds the `maximumRetryAttempts` of a function; undefined for Lambda's default. */
export type RetriesOf = (functionName: string) => number | undefined;

interface Injected {
  readonly fault: FunctionFault;
  readonly names: readonly string[] | undefined;
}

/** Watches the functions: records their metrics, and makes them misbehave. @param failures - gets the events that fail for good */
export function watchFunctions(
  functions: Functions,
  metrics: AwsMetrics,
  retriesOf: RetriesOf,
  failures: FailureQueue,
): WatchedFunctions {
  const injected = new Set<Injected>();
  const has = (fault: FunctionFault, name: string): boolean =>
    [...injected].some((it) => it.fault === fault && (it.names?.includes(name) ?? true));

  const invoke: Invoke = async (name, event) => {
    if (has('throttled', name)) {
      metrics.throttled(name);
      throw new FunctionError('TooManyRequestsException', 'Rate Exceeded.');
    }
    const ended = metrics.called(name);
    try {
      if (has('crashing', name))
        throw new FunctionError('Runtime.ExitError', 'Runtime exited with error: exit status 1');
      const result = await functions.invoke(name, event);
      ended(false);
      return result;
    } catch (error) {
      ended(true);
      throw error;
    }
  };

  const addFailure = (name: string, event: unknown): void => {
    failures.add(name, event);
    metrics.failureSent();
  };

  const invokeBySchedule: Invoke = async (name, event) => {
    if (has('unscheduled', name)) return undefined;
    for (let retries = retriesOf(name) ?? RETRIES; ; retries -= 1) {
      try {
        return await invoke(name, event);
      } catch (error) {
        if (retries > 0) continue;
        addFailure(name, event);
        throw error;
      }
    }
  };

  return {
    invoke,
    invokeBySchedule,
    inject: (fault, names) => {
      const entry = { fault, names };
      injected.add(entry);
      return () => void injected.delete(entry);
    },
    failures,
    addFailure,
    restart: (name) => functions.restart(name),
    close: () => functions.close(),
  };
}
