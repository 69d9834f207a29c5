/** The attributes of an element. Numbers are rounded to a tenth. */
export type Attributes = Readonly<Record<string, string | number>>;

/**
 * Writes an XML element.
 *
 * @param content - the elements in it, or its text, escaped already
 */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? String(tenths(value)) : value)}"`,
  );
  const begin = `<${name}${written.join('')}`;
  return content.length === 0 ? `${begin}/>` : `${begin}>${content.join('')}</${name}>`;
}

/** Writes a text at a point of the drawing. */
export function text(content: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(content));
}

/**
 * Makes a text safe inside an element or an attribute (XML 1.0, section 2.4). Characters that XML does not allow (section
 * 2.2) are dropped.
 */
export function escaped(content: string): string {
  return content
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** The width and height of a drawing, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Makes a whole drawing. Its white ground keeps it readable on a dark page. */
export function drawing(title: string, { width, height }: Size, content: readonly string[]): string {
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': 'system-ui, sans-serif',
    'font-size': 12,
    fill: '#222222',
  };
  const ground = element('rect', { width, height, fill: '#ffffff' });
  const heading = text(title, width / 2, 24, {
    'font-size': 16,
    'font-weight': 'bold',
    'text-anchor': 'middle',
  });
  const elements = [element('title', {}, escaped(title)), ground, heading, ...content];
  return `${element('svg', root, `\n${elements.join('\n')}\n`)}\n`;
}

// Okabe and Ito's colours, which people with any colour vision tell apart. Yellow is left out, as it is faint on white.
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'] as const;

/** Gives each series a colour of its own. @throws RangeError if there are more than seven */
export function colourOf(series: number): string {
  const colour = COLOURS[series];
  if (colour === undefined) throw new RangeError(`A plot has at most ${COLOURS.length} series.`);
  return colour;
}

/** The approximate width of a character of the drawing's text, in pixels. */
const CHARACTER = 6.6;

/** Estimates the width of a text, in pixels. */
export const widthOf = (content: string): number => content.length * CHARACTER;

/** Draws the names of the series in one line, each behind its colour. */
export function legend(labels: readonly string[], { left, y }: { left: number; y: number }): string[] {
  let x = left;
  return labels.flatMap((label, series) => {
    const at = x;
    x += 18 + widthOf(label) + 18;
    return [
      element('rect', { x: at, y: y - 10, width: 12, height: 12, fill: colourOf(series) }),
      text(label, at + 18, y),
    ];
  });
}
