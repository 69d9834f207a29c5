/** Secrets Manager's error codes, as the SDK's typed errors are named, with AWS's own general ones. */
export type ErrorCode =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'SerializationException'
  | 'UnknownOperationException';

/** A refusal that the caller sees. Its message never holds a secret's value. */
export class SecretsManagerError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'SecretsManagerError';
    this.code = code;
  }
}
