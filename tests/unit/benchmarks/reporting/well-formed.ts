/** The tokens of an XML document without comments, declarations and namespaces (XML 1.0, sections 2.4 and 3.1). */
const TOKEN =
  /<(?<begin>[a-zA-Z]+)(?<attributes>(?: [\w:-]+="(?:[^"<&\p{Cc}]|&(?:amp|lt|gt|quot);)*")*)(?<empty>\/?)>|<\/(?<end>[a-zA-Z]+)>|(?:[^<>&\p{Cc}]|\n|&(?:amp|lt|gt|quot);)+/uy;

/**
 * Parses an XML document, as strictly as a browser does for an image.
 *
 * @returns the names of the elements, in their order
 * @throws SyntaxError if the text is not well-formed
 */
export function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  for (let at = 0; at < xml.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(xml);
    if (found === null) throw new SyntaxError(`Not well-formed: ${xml.slice(at, at + 80)}`);
    const { begin, attributes = '', empty, end } = found.groups ?? {};
    const outside = open.length === 0 && (begin === undefined || names.length > 0);
    if (outside && found[0].trim() !== '') throw new SyntaxError(`Outside the root: ${found[0]}`);
    if (end !== undefined && open.pop() !== end) throw new SyntaxError(`</${end}> ends another element`);
    if (begin === undefined) continue;
    const keys = [...attributes.matchAll(/ ([\w:-]+)="/g)].map(([, key]) => key);
    if (new Set(keys).size < keys.length) throw new SyntaxError(`An attribute twice: ${found[0]}`);
    names.push(begin);
    if (empty === '') open.push(begin);
  }
  if (open.length > 0 || names.length === 0) throw new SyntaxError(`Unfinished: ${open.join(', ')}`);
  return names;
}
