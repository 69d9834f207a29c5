import { LayermintError } from '../../runtime/errors.ts';

/** The most items that one request reads. Keys of BatchGetItem count, found or not, and items that a query returns. */
export const MAX_ITEMS_A_REQUEST = 5000;

/**
 * A request needs more than {@link MAX_ITEMS_A_REQUEST} items. Repeating it does not help: it must ask for less.
 */
export class TooManyItemsError extends LayermintError {
  override readonly name = 'TooManyItemsError';
  readonly code = 'TOO_MANY_ITEMS';

  constructor() {
    super(`The request needs more than ${MAX_ITEMS_A_REQUEST} items of the table`);
  }
}

/**
 * The reads of one request, made anew for each. They are bounded, so that no request makes the table throttle those of
 * other callers, however many groups a caller is in and however many documents a request names.
 */
export class RequestReads {
  /** The documents that were found to have more grants than a page. Later reads of the request take keys at once. */
  readonly crowded = new Set<string>();
  #left = MAX_ITEMS_A_REQUEST;

  /** The number of items that the request may still read. */
  get left(): number {
    return this.#left;
  }

  /**
   * Counts items, before they are read if their number is known.
   *
   * @throws TooManyItemsError if they are more than are left; none is counted then
   */
  take(items: number): void {
    if (items > this.#left) throw new TooManyItemsError();
    this.#left -= items;
  }
}
