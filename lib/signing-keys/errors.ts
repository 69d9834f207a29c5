import { LayermintError } from '../runtime/errors.ts';

/** There is no key yet: the secret holds `{"state": "none"}`, as the stack creates it. */
export class NoSigningKeyError extends LayermintError {
  override readonly name = 'NoSigningKeyError';
  readonly code = 'NO_SIGNING_KEY';

  constructor() {
    super('The secret holds {"state": "none"}: no signing key has been made yet');
  }
}

/** The value of the secret cannot be used for signing. The message names the fault and the cure. */
export class UnusableSigningKeyError extends LayermintError {
  override readonly name = 'UnusableSigningKeyError';
  readonly code = 'SIGNING_KEY_UNUSABLE';
}

/** Secrets Manager did not return the secret, and the process holds no key that may still be used. */
export class SigningKeyUnavailableError extends LayermintError {
  override readonly name = 'SigningKeyUnavailableError';
  readonly code = 'SIGNING_KEY_UNAVAILABLE';
}

/** An error that leaves a process without a key to sign with. */
export type SigningKeyError = NoSigningKeyError | UnusableSigningKeyError | SigningKeyUnavailableError;

/** The key was replaced or dropped between being fetched and its first use. The next fetch returns another. */
export class SupersededSigningKeyError extends LayermintError {
  override readonly name = 'SupersededSigningKeyError';
  readonly code = 'SIGNING_KEY_SUPERSEDED';

  constructor() {
    super('The signing key was replaced before this process first used it; it will be fetched again');
  }
}
