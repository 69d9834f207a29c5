import { LayermintError } from '../runtime/errors.ts';

/** There is no key yet: the secret holds `{"state": "none"}`, as it is created with the stage. */
export class NoSigningKeyError extends LayermintError {
  override readonly name = 'NoSigningKeyError';
  readonly code = 'NO_SIGNING_KEY';

  constructor() {
    super('The secret holds {"state": "none"}: no signing key has been made yet');
  }
}

/** The value of the secret cannot be used for signing; the message says what to do. */
export class UnusableSigningKeyError extends LayermintError {
  override readonly name = 'UnusableSigningKeyError';
  readonly code = 'SIGNING_KEY_UNUSABLE';
}

/** Secrets Manager did not give the secret, and no key is held that may still serve. */
export class SigningKeyUnavailableError extends LayermintError {
  override readonly name = 'SigningKeyUnavailableError';
  readonly code = 'SIGNING_KEY_UNAVAILABLE';
}

/** The reasons why there is no key to sign with. */
export type SigningKeyError = NoSigningKeyError | UnusableSigningKeyError | SigningKeyUnavailableError;

/** The key was replaced or given up between the moment it was fetched and its first use; the next fetch brings another. */
export class SupersededSigningKeyError extends LayermintError {
  override readonly name = 'SupersededSigningKeyError';
  readonly code = 'SIGNING_KEY_SUPERSEDED';

  constructor() {
    super('The signing key was replaced before this process first used it; it will be fetched again');
  }
}
