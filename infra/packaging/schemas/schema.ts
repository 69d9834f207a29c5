import { InvariantError } from '../../../lib/runtime/errors.ts';
import type { ErrorFunction, RawIssue } from './issue.ts';
import { unsupported } from './options.ts';

/** A value on its way through a schema. Containers use one payload for all their elements. */
export class Payload {
  value: unknown;
  issues: RawIssue[] = [];
  /** True if a pipe stopped. No check of the same payload runs then. */
  aborted = false;

  constructor(value?: unknown) {
    this.value = value;
  }
}

/** A rule for a value that has the right type. */
export class Check {
  readonly error: ErrorFunction | undefined;
  /** Adds the issues of a payload. */
  readonly run: (payload: Payload, check: Check) => unknown;
  /** Decides if the check runs, also for a payload with issues. Absent: it runs if no issue before it stops it. */
  readonly when: ((payload: Payload) => boolean) | undefined;
  /** The bounds of a length. An array looks at them before it reads its elements. */
  readonly length: { readonly maximum: number } | undefined;

  constructor(
    error: Check['error'],
    run: Check['run'],
    { when, length }: Partial<Pick<Check, 'when' | 'length'>> = {},
  ) {
    this.error = error;
    this.run = run;
    this.when = when;
    this.length = length;
  }
}

/** The parts of a schema. */
export interface Definition {
  /** Such as `string`. */
  readonly kind: string;
  readonly error?: ErrorFunction | undefined;
  /** Replaces the payload's value by the output, or adds issues. */
  readonly read: (payload: Payload, schema: Schema) => void;
  /** Says if a member of an object can be absent: `defaulted` gives it a value then. */
  readonly optin?: 'optional' | 'defaulted' | undefined;
  /** Says if an absent member stays absent. */
  readonly optout?: 'optional' | undefined;
  /** All values that it accepts, of an enum or a literal. */
  readonly values?: readonly unknown[];
  /** Of an object. */
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly strict?: boolean;
  readonly checks?: readonly Check[];
}

/** Reads a value into a type. */
export class Schema {
  readonly definition: Definition;
  readonly error: ErrorFunction | undefined;
  readonly optin: Definition['optin'];
  readonly optout: Definition['optout'];
  readonly checks: readonly Check[];
  readonly #read: Definition['read'];

  constructor(definition: Definition) {
    this.definition = definition;
    this.error = definition.error;
    this.optin = definition.optin;
    this.optout = definition.optout;
    this.checks = definition.checks ?? [];
    this.#read = definition.read;
  }

  /** The schemas of an object's members. */
  get shape(): Definition['shape'] {
    return this.definition.shape;
  }

  /** Makes the same schema with further checks. @throws InvariantError if one is of another kind */
  check(...checks: readonly unknown[]): Schema {
    return new Schema({ ...this.definition, checks: [...this.checks, ...checks.map(checkOf)] });
  }

  /** Reads a payload and runs the checks. */
  run(payload: Payload): void {
    this.#read(payload, this);
    if (this.checks.length > 0) this.#runChecks(payload);
  }

  #runChecks(payload: Payload): void {
    let stopped = isStopped(payload, 0);
    for (const check of this.checks) {
      if (check.when ? isStoppedForGood(payload) || !check.when(payload) : stopped) continue;
      const before = payload.issues.length;
      refusePromise(check.run(payload, check));
      if (payload.issues.length === before) continue;
      for (const issue of payload.issues.slice(before)) issue.schema ??= this;
      stopped ||= isStopped(payload, before);
    }
  }
}

function checkOf(check: unknown): Check {
  if (check instanceof Check) return check;
  if (typeof check !== 'function') throw unsupported('such a check');
  return new Check(undefined, check as (payload: Payload) => unknown);
}

function isStopped({ aborted, issues }: Payload, from: number): boolean {
  return aborted || issues.some((issue, at) => at >= from && issue.continue !== true);
}

function isStoppedForGood({ aborted, issues }: Payload): boolean {
  return aborted || issues.some((issue) => issue.continue === false);
}

/** @throws InvariantError if a function of a schema is asynchronous: nothing would wait for its answer */
export function refusePromise<Result>(result: Result): Result {
  if (result instanceof Promise) throw new InvariantError('A function of a schema is asynchronous');
  return result;
}
