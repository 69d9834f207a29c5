import { describe, expect, test } from '@jest/globals';
import { DEMO_DOCUMENTS } from '../../../../../tools/local/stack/demo/demo.ts';
import { literal, pdfFile } from '../../../../../tools/local/real-document-engine/demo-pdfs/pdf-file.ts';
import { DEMO_PDFS } from '../../../../../tools/local/real-document-engine/demo-pdfs/index.ts';

test('Every demo document has a PDF', () => {
  expect(Object.keys(DEMO_PDFS).toSorted()).toEqual(DEMO_DOCUMENTS.map(({ id }) => id).toSorted());
});

describe.each(Object.entries(DEMO_PDFS))('the PDF of %s', (_, make) => {
  const file = make();

  test('has a cross-reference table that leads to each object', () => {
    const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
    expect(file.slice(table)).toMatch(/^xref\n0 \d+\n0000000000 65535 f \n/);
    const offsets = [...file.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) =>
      Number(offset),
    );
    expect(offsets.length).toBeGreaterThan(5);
    offsets.forEach((offset, index) => {
      expect(file.slice(offset, offset + 12)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
    });
    expect(file.slice(table)).toContain(`/Size ${offsets.length + 1} `);
  });

  test('refers to objects that exist, and states the lengths of its streams', () => {
    const objects = [...file.matchAll(/^(\d+) 0 obj$/gm)].length;
    for (const [, object] of file.matchAll(/\b(\d+) 0 R\b/g))
      expect(Number(object)).toBeLessThanOrEqual(objects);
    const streams = [...file.matchAll(/\/Length (\d+)[^\n]*>>\nstream\n([^]*?)\nendstream/g)];
    expect(streams.length).toBeGreaterThan(0);
    for (const [, length, content = ''] of streams) expect(content).toHaveLength(Number(length));
  });

  test('is the same at every start, and ASCII', () => {
    expect(make()).toBe(file);
    expect(file).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

test('The contract has form fields of each kind', () => {
  const names = [...(DEMO_PDFS['contract-2026']?.() ?? '').matchAll(/\/FT (\/\w+) \/T \(([^)]+)\)/g)];
  expect(names.map(([, kind, name]) => `${kind} ${name}`)).toEqual(
    expect.arrayContaining(['/Tx tenant', '/Btn pets', '/Sig signature-tenant']),
  );
});

test('A text cannot end its literal or leave ASCII', () => {
  expect(literal(String.raw`a) (b\c`)).toBe(String.raw`(a\) \(b\\c)`);
  expect(() => literal('é')).toThrow('outside of printable ASCII');
  expect(() => pdfFile(['(é)'])).toThrow('Object 1 is not ASCII');
});
