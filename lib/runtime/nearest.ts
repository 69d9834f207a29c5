/** The number of changes with which a misspelt word of this length still counts as the right one. */
const allowedChanges = (length: number): number => Math.max(1, Math.floor(length / 3));

/**
 * Finds the word that a misspelt one most likely stands for. Upper and lower case count as the same, and the beginning of a
 * single longer word is enough.
 *
 * @returns undefined if no word is near
 */
export function nearest(misspelt: string, words: readonly string[]): string | undefined {
  const given = misspelt.toLowerCase();
  const allowed = allowedChanges(given.length);
  const [closest] = words
    // Each letter more or less is a change. So a word of quite another length need not be compared.
    .filter((word) => Math.abs(word.length - given.length) <= allowed)
    .map((word) => ({ word, changes: changesBetween(given, word.toLowerCase()) }))
    .filter(({ changes }) => changes <= allowed)
    .sort((a, b) => a.changes - b.changes);
  if (closest !== undefined) return closest.word;
  const longer = given.length < 2 ? [] : words.filter((word) => word.toLowerCase().startsWith(given));
  return longer.length === 1 ? longer[0] : undefined;
}

/**
 * Says which word a misspelt one most likely stands for.
 *
 * @param quote - writes a word as the sentence does
 * @param otherwise - the text if no word is near
 * @returns a sentence that begins with a space, such as ` Did you mean "prod"?`
 */
export function didYouMean(
  misspelt: string,
  words: readonly string[],
  quote: (word: string) => string,
  otherwise = '',
): string {
  const word = nearest(misspelt, words);
  return word === undefined ? otherwise : ` Did you mean ${quote(word)}?`;
}

/**
 * Counts the changes that lead from one word to another: a letter inserted, removed or replaced, or two neighbours swapped (the
 * optimal string alignment distance).
 */
function changesBetween(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          isSwapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
