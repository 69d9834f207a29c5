import * as z from 'zod';

const ErrorLike = z.object({ name: z.string(), message: z.string(), stack: z.string().optional() });

/** A function's failure as Lambda reports it: an unhandled exception, a timeout, an ended process. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** The exception's name, or one of Lambda's own, such as `Sandbox.Timedout`. */
  readonly errorType: string;
  /** The stack of the function's exception. */
  readonly trace: string;

  constructor(errorType: string, message: string, trace = '') {
    super(message);
    this.errorType = errorType;
    this.trace = trace;
  }

  /** Converts any error. Those from a worker thread are not always instances of `Error`. */
  static from(error: unknown): FunctionError {
    const { data } = ErrorLike.safeParse(error);
    return data
      ? new FunctionError(data.name, data.message, data.stack)
      : new FunctionError('Error', String(error));
  }
}
