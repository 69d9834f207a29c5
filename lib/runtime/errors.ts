import type { LogFields } from './log.ts';

/** Base of the errors that this project makes; each has a stable `code`, and a message that holds nothing secret. */
export abstract class LayermintError extends Error {
  abstract readonly code: string;
}

/**
 * An item of the table cannot be read. The message names the kind of item and where it lies, and quotes none of its attributes:
 * an operator has to look at it.
 */
export class UnreadableItemError extends LayermintError {
  override readonly name = 'UnreadableItemError';
  readonly code = 'ITEM_UNREADABLE';

  /**
   * @param kind - the kind of item, such as `holder`
   * @param key - the item's key; absent for several items
   */
  constructor(kind: string, key?: { readonly pk: string; readonly sk: string }) {
    super(`The table holds a ${kind} item that cannot be read${key ? `: pk ${key.pk}, sk ${key.sk}` : ''}`);
  }
}

/** The code is in a state that it rules out: a fault of this project, never of a caller. The message says which rule broke. */
export class InvariantError extends LayermintError {
  override readonly name = 'InvariantError';
  readonly code = 'INVARIANT_BROKEN';
}

/**
 * What a log line may say of an error. The message of a foreign error is left out, as it can quote what it was given:
 * `JSON.parse` quotes the request body. Its code or type and the place it came from stay.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  if (error instanceof LayermintError) {
    return {
      error: error.code,
      reason: error.message,
      ...(error.cause instanceof Error && { cause: nameOf(error.cause) }),
    };
  }
  return { error: nameOf(error), place: placeOf(error) };
}

/** What an error is called where its message may not be told: by its code (`ECONNREFUSED`), else by its type. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** The innermost frames of the stack, which begins with the message. */
function placeOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  // A message that was changed later may stand in the stack as it was before.
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
