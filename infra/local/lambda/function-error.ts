/** A function that answered with an error, as Lambda reports one: an unhandled exception, a timeout, an ended process. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** The exception's name, or one of Lambda's own, such as `Sandbox.Timedout`. */
  readonly errorType: string;
  /** Where the function threw, in the function's own words. */
  readonly trace: string;

  constructor(errorType: string, message: string, trace = '') {
    super(message);
    this.errorType = errorType;
    this.trace = trace;
  }

  static from(error: unknown): FunctionError {
    if (error instanceof Error) return new FunctionError(error.name, error.message, error.stack);
    return new FunctionError('Error', String(error));
  }
}
