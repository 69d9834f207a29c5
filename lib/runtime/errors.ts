import type { LogFields } from './log.ts';
import { UserText } from './user-id-in-logs.ts';

/** The base of this project's errors. Each has a stable `code`, and a message that contains nothing secret. */
export abstract class LayermintError extends Error {
  abstract readonly code: string;

  /** Returns the message for the log. */
  logged(): string | UserText {
    return this.message;
  }
}

/**
 * An item of the table cannot be read. The message names the kind of item and its key, so that an operator can look at
 * it. It quotes no attribute.
 */
export class UnreadableItemError extends LayermintError {
  override readonly name = 'UnreadableItemError';
  readonly code = 'ITEM_UNREADABLE';
  readonly #userId: string | undefined;

  /**
   * @param kind - the kind of item, such as `holder`
   * @param key - the item's key
   * @param userId - the user id in which its sort key ends; absent if it contains none
   */
  constructor(kind: string, { pk, sk }: { readonly pk: string; readonly sk: string }, userId?: string) {
    super(`The table holds a ${kind} item that cannot be read: pk ${pk}, sk ${sk}`);
    this.#userId = userId;
  }

  override logged(): string | UserText {
    if (this.#userId === undefined) return this.message;
    return new UserText(this.message.slice(0, this.message.length - this.#userId.length), this.#userId);
  }
}

/**
 * The code is in a state that must not occur: a fault of this project, never of a caller. The message names the broken
 * rule.
 */
export class InvariantError extends LayermintError {
  override readonly name = 'InvariantError';
  readonly code = 'INVARIANT_BROKEN';
}

/**
 * Makes the log fields for an error. The message of a foreign error is left out, because it can quote its input: that
 * of `JSON.parse` quotes the request body. Such an error is logged by its code or type, and by the place it came from.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  if (error instanceof LayermintError) {
    return {
      error: error.code,
      reason: error.logged(),
      ...(error.cause instanceof Error && { cause: nameOf(error.cause) }),
    };
  }
  return { error: nameOf(error), place: placeOf(error) };
}

/** Names an error without its message: by its code (`ECONNREFUSED`), else by its type. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Reads the innermost frames of the stack. A stack begins with the message, which is cut off. */
function placeOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  // If the message was changed later, the stack still has the earlier one, and cannot be cut safely.
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
