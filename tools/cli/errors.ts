/** The command was called in a way that cannot work. The message says how to call it instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
