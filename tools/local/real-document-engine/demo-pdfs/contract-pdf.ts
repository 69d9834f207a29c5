import { boxAt, FONT_DICTIONARIES, FONTS, lineFrom, textAt } from './page-content.ts';
import { literal, pdfFile, reference, stream } from './pdf-file.ts';

/** A form field with its widget. All measures are in points from the lower left corner. */
interface Field {
  readonly kind: 'text' | 'checkbox' | 'signature';
  readonly name: string;
  /** Shown by readers as the tool tip, and read aloud. */
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const LEFT = 60;
const ENTRY = 200;

const FIELDS: readonly Field[] = [
  { kind: 'text', name: 'landlord', label: 'Landlord', x: ENTRY, y: 676, width: 300, height: 20 },
  { kind: 'text', name: 'tenant', label: 'Tenant', x: ENTRY, y: 644, width: 300, height: 20 },
  { kind: 'text', name: 'begin', label: 'Begin of the lease', x: ENTRY, y: 612, width: 140, height: 20 },
  { kind: 'text', name: 'rent', label: 'Monthly rent', x: ENTRY, y: 580, width: 140, height: 20 },
  { kind: 'checkbox', name: 'pets', label: 'Pets are permitted', x: ENTRY, y: 550, width: 16, height: 16 },
  {
    kind: 'signature',
    name: 'signature-landlord',
    label: 'Signature of the landlord',
    x: LEFT,
    y: 120,
    width: 200,
    height: 50,
  },
  {
    kind: 'signature',
    name: 'signature-tenant',
    label: 'Signature of the tenant',
    x: 300,
    y: 120,
    width: 200,
    height: 50,
  },
];

const CLAUSES = [
  '1. The landlord lets the flat that is shown in the floor plan to the tenant.',
  '2. The rent is due on the third working day of each month.',
  '3. Either side can end this contract with three months of notice.',
  '4. Changes of this contract need the signatures of both sides.',
];

/** The numbers of the objects that others refer to. */
const [PAGE, CONTENT, TEXT_FONT, HEADING_FONT, FIRST_FIELD] = [4, 5, 6, 7, 8];

/** Makes the demo contract: a page in A4 with text fields, a checkbox and two signature fields. @returns the file, in ASCII */
export function contractPdf(): string {
  const fields = FIELDS.map((_, index) => reference(FIRST_FIELD + index)).join(' ');
  const appearances = FIRST_FIELD + FIELDS.length;
  const fonts = `<< /${FONTS.text} ${reference(TEXT_FONT)} /${FONTS.heading} ${reference(HEADING_FONT)} >>`;
  return pdfFile([
    `<< /Type /Catalog /Pages 3 0 R /Lang (en) /AcroForm << /Fields [${fields}] /DA (/${FONTS.text} 11 Tf 0 g) /DR << /Font ${fonts} >> >> >>`,
    `<< /Title ${literal('Contract 2026')} /Producer ${literal('Layermint')} >>`,
    `<< /Type /Pages /Kids [${reference(PAGE)}] /Count 1 >>`,
    `<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] /Contents ${reference(CONTENT)} /Resources << /Font ${fonts} >> /Annots [${fields}] >>`,
    stream(content()),
    ...FONT_DICTIONARIES,
    ...FIELDS.map((field, index) => fieldObject(field, appearances + 2 * index)),
    ...FIELDS.flatMap(appearancesOf),
  ]);
}

function content(): string {
  const label = ({ kind, label: text, y }: Field): string =>
    kind === 'signature' ? '' : textAt(LEFT, y + 6, 11, text);
  const frame = ({ kind, x, y, width, height }: Field): string =>
    kind === 'signature' ? lineFrom(x, y, x + width, y) : boxAt(x, y, width, height, 0.5);
  return [
    textAt(LEFT, 760, 22, 'Contract 2026', 'heading'),
    textAt(LEFT, 736, 11, 'A demo document of Layermint. Nobody has signed it.'),
    ...FIELDS.map(label).filter((text) => text !== ''),
    ...FIELDS.map(frame),
    ...CLAUSES.map((clause, index) => textAt(LEFT, 490 - 24 * index, 11, clause)),
    textAt(LEFT, 104, 9, 'Landlord'),
    textAt(300, 104, 9, 'Tenant'),
  ].join('\n');
}

const TYPES = { text: '/Tx', checkbox: '/Btn', signature: '/Sig' } as const;

/** Merges a field with its widget (ISO 32000-1, 12.5.6.19). @param appearance - the number of its first appearance */
function fieldObject({ kind, name, label, x, y, width, height }: Field, appearance: number): string {
  const states = {
    text: `/V () /DA (/${FONTS.text} 11 Tf 0 g) /AP << /N ${reference(appearance)} >>`,
    checkbox: `/V /Off /AS /Off /AP << /N << /Off ${reference(appearance)} /Yes ${reference(appearance + 1)} >> >>`,
    signature: `/AP << /N ${reference(appearance)} >>`,
  };
  return (
    `<< /Type /Annot /Subtype /Widget /FT ${TYPES[kind]} /T ${literal(name)} /TU ${literal(label)} /F 4 ` +
    `/P ${reference(PAGE)} /Rect [${x} ${y} ${x + width} ${y + height}] ${states[kind]} >>`
  );
}

/** Makes the appearance of an empty field, and that of a checked one. Only a checkbox shows the second. */
function appearancesOf({ width, height }: Field): readonly string[] {
  const form = (drawing: string): string =>
    stream(drawing, `/Type /XObject /Subtype /Form /BBox [0 0 ${width} ${height}] /Resources << >>`);
  const cross = [lineFrom(3, 3, width - 3, height - 3, 1.5), lineFrom(3, height - 3, width - 3, 3, 1.5)];
  return [form('/Tx BMC EMC'), form(cross.join('\n'))];
}
