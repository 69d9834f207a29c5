/** The bounds of a page of a list. */
export interface PageBounds<Entry> {
  /** The most entries. */
  readonly limit: number;
  /** The most bytes of all entries together. A longer entry is a page by itself. */
  readonly maxBytes: number;
  /** Computes the length of an entry in the answer, in bytes. */
  readonly bytesOf: (entry: Entry) => number;
}

/** A position of a list that was read: with an entry, or without one, for example an expired grant. */
export interface Place<Entry, Position> {
  /** Undefined if a page cannot begin behind it. */
  readonly position: Position | undefined;
  readonly entry?: Entry;
}

/** A page of a list. */
export interface Page<Entry, Position> {
  readonly entries: readonly Entry[];
  /** The position that the next page begins behind; absent on the last page. */
  readonly next?: Position;
}

/**
 * Reads a page of a list. It reads no further than it must to know whether there is a next page.
 *
 * @param places - the places behind `after`, in the order of the list
 * @param after - the position that the page begins behind; undefined = with the first place
 * @param mayContinue - tells whether the page may look at another place after so many. If not, it ends, even if it is not
 * full. It must allow the first place: a page without one could be followed by itself.
 */
export async function readPage<Entry, Position>(
  places: AsyncIterable<Place<Entry, Position>>,
  after: Position | undefined,
  { limit, maxBytes, bytesOf }: PageBounds<Entry>,
  mayContinue: (lookedAt: number) => boolean,
): Promise<Page<Entry, Position>> {
  const entries: Entry[] = [];
  let last = after;
  let [lookedAt, bytes] = [0, 0];
  for await (const { position, entry } of places) {
    if (entry !== undefined) bytes += bytesOf(entry);
    const isFull =
      entry !== undefined && entries.length > 0 && (entries.length === limit || bytes > maxBytes);
    if (isFull) return pageBehind(entries, last);
    if (entry !== undefined) entries.push(entry);
    last = position ?? last;
    lookedAt += 1;
    if (!mayContinue(lookedAt)) return pageBehind(entries, last);
  }
  return { entries };
}

function pageBehind<Entry, Position>(
  entries: readonly Entry[],
  last: Position | undefined,
): Page<Entry, Position> {
  return { entries, ...(last !== undefined && { next: last }) };
}
