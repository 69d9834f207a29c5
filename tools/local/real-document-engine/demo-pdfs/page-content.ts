import { literal } from './pdf-file.ts';

/** The fonts of a page, by their names in its resources. */
export const FONTS = { text: 'F1', heading: 'F2' } as const;

/** The number of the text font's object, and of the heading font's. */
export interface FontObjects {
  readonly text: number;
  readonly heading: number;
}

/** The dictionaries of the two fonts. Every PDF reader has them (ISO 32000-1, 9.6.2.2). */
export const FONT_DICTIONARIES = ['Helvetica', 'Helvetica-Bold'].map(
  (name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`,
);

/** Writes a line of text. @param x - in points from the left edge @param y - in points from the lower edge */
export const textAt = (
  x: number,
  y: number,
  size: number,
  text: string,
  font: keyof typeof FONTS = 'text',
): string => `BT /${FONTS[font]} ${size} Tf ${x} ${y} Td ${literal(text)} Tj ET`;

/** Draws a straight line. All measures are in points. */
export const lineFrom = (x1: number, y1: number, x2: number, y2: number, width = 1): string =>
  `${width} w ${x1} ${y1} m ${x2} ${y2} l S`;

/** Draws the outline of a rectangle. All measures are in points. */
export const boxAt = (x: number, y: number, width: number, height: number, stroke = 1): string =>
  `${stroke} w ${x} ${y} ${width} ${height} re S`;
