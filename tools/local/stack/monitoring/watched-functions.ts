import type { Clock } from '../../../../lib/runtime/clock.ts';
import { MINUTE, toMilliseconds, type Milliseconds } from '../../../../lib/runtime/time.ts';
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
   * Calls a function whose result nobody waits for, as EventBridge and CloudWatch Logs do. Lambda repeats a call that fails after one
   * minute and after two more, and then sends the event to the failure queue.
   */
  readonly invokeLater: Invoke;
  /** Calls a function by its schedule, unless a fault keeps it from running. Rejects if every try has failed. */
  readonly invokeBySchedule: Invoke;
  /** Makes functions misbehave until the returned function is called. @param names - all functions unless given */
  inject(fault: FunctionFault, names?: readonly string[]): () => void;
  /** The number of events in the failure queue. */
  failuresWaiting(): number;
  /** Empties the failure queue. */
  clearFailures(): void;
}

/** The pauses before Lambda repeats an asynchronous call (Lambda developer guide, "Error handling for asynchronous invocation"). */
const PAUSES: readonly Milliseconds[] = [toMilliseconds(MINUTE), toMilliseconds(2 * MINUTE)];

/** The pauses of a function, which its `maximumRetryAttempts` cuts. */
export type RetriesOf = (functionName: string) => number | undefined;

interface Injected {
  readonly fault: FunctionFault;
  readonly names: readonly string[] | undefined;
}

/**
 * Watches the functions.
 *
 * @param retriesOf - `maximumRetryAttempts` of a function; undefined for Lambda's default, two
 */
export function watchFunctions(
  functions: Functions,
  metrics: AwsMetrics,
  clock: Clock,
  retriesOf: RetriesOf,
): WatchedFunctions {
  const injected = new Set<Injected>();
  const closed = new AbortController();
  let failures = 0;
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

  const invokeLater: Invoke = async (name, event) => {
    const pauses = PAUSES.slice(0, retriesOf(name) ?? PAUSES.length);
    for (const pause of pauses) {
      try {
        return await invoke(name, event);
      } catch {
        await clock.sleep(pause, closed.signal);
        if (closed.signal.aborted) throw new FunctionError('Stopped', 'The local stack has stopped');
      }
    }
    try {
      return await invoke(name, event);
    } catch (error) {
      failures += 1;
      metrics.failureSent();
      throw error;
    }
  };

  return {
    invoke,
    invokeLater,
    invokeBySchedule: async (name, event) =>
      has('unscheduled', name) ? undefined : invokeLater(name, event),
    inject: (fault, names) => {
      const entry = { fault, names };
      injected.add(entry);
      return () => void injected.delete(entry);
    },
    failuresWaiting: () => failures,
    clearFailures: () => {
      failures = 0;
    },
    restart: (name) => functions.restart(name),
    close: async () => {
      closed.abort();
      await functions.close();
    },
  };
}
