/** The two comments around a part of a page that a command writes. */
export interface Markers {
  readonly begin: string;
  readonly end: string;
}

/**
 * Replaces the part of a page between two markers, which stay.
 *
 * @throws Error for a page that lacks a marker, has one twice, or has them in the wrong order
 */
export function replacePart(page: string, { begin, end }: Markers, content: string): string {
  const [before = '', inside = '', ...more] = page.split(begin);
  const [, after, ...others] = inside.split(end);
  if (after === undefined || before.includes(end) || more.length > 0 || others.length > 0)
    throw new Error(`The page must have the markers "${begin}" and "${end}", each once and in this order.`);
  return [before, begin, '\n\n', content, '\n\n', end, after].join('');
}
