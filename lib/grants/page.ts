/** The bounds of a page of a list. */
export interface PageBounds<Entry> {
  /** The most entries. */
  readonly limit: number;
  /** The most bytes that the entries have together; an entry that has more makes a page by itself. */
  readonly maxBytes: number;
  /** Gives the number of bytes of an entry in the answer. */
  readonly bytesOf: (entry: Entry) => number;
}

/** A place that a list is read at: an entry, or nothing that counts. */
export interface Place<Entry, Position> {
  /** Undefined if no page can begin behind it. */
  readonly position: Position | undefined;
  readonly entry?: Entry;
}

/** A page of a list. */
export interface Page<Entry, Position> {
  readonly entries: readonly Entry[];
  /** Behind which position the next page begins, if there is one. */
  readonly next?: Position;
}

/**
 * Reads a page of a list, and no more of it than tells whether there is a next one.
 *
 * @param places - in the order of the list, from behind `after` on
 * @param after - the position behind which the page begins; undefined = with the first place
 * @param maxLookedAt - the number of places that are looked at: after them the page ends, full or not
 */
export async function readPage<Entry, Position>(
  places: AsyncIterable<Place<Entry, Position>>,
  after: Position | undefined,
  { limit, maxBytes, bytesOf }: PageBounds<Entry>,
  maxLookedAt: number,
): Promise<Page<Entry, Position>> {
  const entries: Entry[] = [];
  let last = after;
  let [lookedAt, bytes] = [0, 0];
  for await (const { position, entry } of places) {
    if (entry !== undefined) bytes += bytesOf(entry);
    const isFull =
      entry !== undefined && entries.length > 0 && (entries.length === limit || bytes > maxBytes);
    if (isFull || lookedAt === maxLookedAt) return { entries, ...(last !== undefined && { next: last }) };
    if (entry !== undefined) entries.push(entry);
    last = position ?? last;
    lookedAt += 1;
  }
  return { entries };
}
