/** The error codes of CloudWatch Logs, which are the names of the SDK's typed errors, and those of AWS in general. */
export type ErrorCode =
  | 'InvalidParameterException'
  | 'LimitExceededException'
  | 'MalformedQueryException'
  | 'ResourceAlreadyExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'UnknownOperationException';

/** A refusal. Its message reaches the caller, and never quotes a log line. */
export class CloudWatchLogsError extends Error {
  override readonly name = 'CloudWatchLogsError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Makes the error of a pattern that cannot be read. @param at - the index of the fault, from 0 */
export function wrongPattern(pattern: string, at: number, expected: string): CloudWatchLogsError {
  const found = at >= pattern.length ? 'it ends' : `there is "${pattern.slice(at, at + 20)}"`;
  return new CloudWatchLogsError(
    'InvalidParameterException',
    `Invalid filter pattern: at character ${at + 1} ${found}. This stand-in expects ${expected} there.`,
  );
}
