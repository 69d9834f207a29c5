import { boxAt, FONT_DICTIONARIES, FONTS, lineFrom, textAt } from './page-content.ts';
import { literal, pdfFile, reference, stream } from './pdf-file.ts';

/** A room. All measures are in points from the lower left corner. */
interface Room {
  readonly name: string;
  readonly size: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const ROOMS: readonly Room[] = [
  { name: 'Living room', size: '31 m2', x: 80, y: 90, width: 320, height: 200 },
  { name: 'Kitchen', size: '14 m2', x: 80, y: 290, width: 200, height: 170 },
  { name: 'Hall', size: '8 m2', x: 280, y: 290, width: 120, height: 170 },
  { name: 'Bedroom', size: '19 m2', x: 400, y: 240, width: 280, height: 220 },
  { name: 'Bathroom', size: '9 m2', x: 400, y: 90, width: 280, height: 150 },
];

/** Doors: gaps in the walls, as white lines over them. Each is a start and an end. */
const DOORS = [
  [310, 460, 360, 460],
  [280, 350, 280, 400],
  [320, 290, 370, 290],
  [400, 350, 400, 400],
  [400, 130, 400, 180],
] as const;

/** Makes the demo floor plan: a drawing on a page in A4 landscape. @returns the file, in ASCII */
export function floorPlanPdf(): string {
  return pdfFile([
    '<< /Type /Catalog /Pages 3 0 R /Lang (en) >>',
    `<< /Title ${literal('Floor plan')} /Producer ${literal('Layermint')} >>`,
    `<< /Type /Pages /Kids [${reference(4)}] /Count 1 >>`,
    `<< /Type /Page /Parent 3 0 R /MediaBox [0 0 842 595] /Contents ${reference(5)} /Resources << /Font << /${FONTS.text} ${reference(6)} /${FONTS.heading} ${reference(7)} >> >> >>`,
    stream(drawing()),
    ...FONT_DICTIONARIES,
  ]);
}

function drawing(): string {
  return [
    textAt(80, 530, 22, 'Floor plan', 'heading'),
    textAt(80, 508, 11, 'A demo document of Layermint.'),
    ...ROOMS.map(({ x, y, width, height }) => boxAt(x, y, width, height, 4)),
    '1 G',
    ...DOORS.map(([x1, y1, x2, y2]) => lineFrom(x1, y1, x2, y2, 6)),
    '0 G',
    ...ROOMS.flatMap(({ name, size, x, y, height }) => [
      textAt(x + 16, y + height - 30, 13, name, 'heading'),
      textAt(x + 16, y + height - 48, 10, size),
    ]),
  ].join('\n');
}
