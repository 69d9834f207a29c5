/** Names another object of the same file. Numbers count from 1. */
export const reference = (object: number): string => `${object} 0 R`;

/** Writes a literal string (ISO 32000-1, 7.3.4.2). @throws RangeError if it has characters outside of printable ASCII */
export function literal(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text))
    throw new RangeError(`"${text}" has characters outside of printable ASCII`);
  return `(${text.replace(/[()\\]/g, (character) => `\\${character}`)})`;
}

/** Writes a stream, uncompressed (ISO 32000-1, 7.3.8). @param entries - of its dictionary besides the length */
export const stream = (content: string, entries = ''): string =>
  `<< /Length ${content.length}${entries && ` ${entries}`} >>\nstream\n${content}\nendstream`;

/**
 * Writes a PDF 1.4 file with a classic cross-reference table (ISO 32000-1, 7.5). It is ASCII alone, so that its characters are its
 * bytes, and equal objects make equal files.
 *
 * @param objects - the first one is the catalog, the second one the information dictionary
 * @throws RangeError if an object has characters outside of ASCII
 */
export function pdfFile(objects: readonly string[]): string {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    if (!/^[\n\x20-\x7e]*$/.test(object)) throw new RangeError(`Object ${index + 1} is not ASCII`);
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  // Each entry has exactly 20 bytes, with the blank before its line break.
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 2 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return file + table + trailer;
}
