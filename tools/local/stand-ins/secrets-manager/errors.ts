/** The error codes of Secrets Manager, which are the names of the SDK's typed errors, and those of AWS in general. */
export type ErrorCode =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'SerializationException'
  | 'UnknownOperationException';

/** A refusal. Its message reaches the caller, and never holds a secret's value. */
export class SecretsManagerError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'SecretsManagerError';
    this.code = code;
  }
}
