import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const FOLDER = new URL('../../../lib/table/', import.meta.url);
const DOCUMENT = readFileSync(new URL('../../../docs/table.md', import.meta.url), 'utf8');
const FILES = readdirSync(FOLDER).filter((file) => /-(item|attributes)\.ts$/.test(file));

/** Attributes of every kind of item; the first table of the document explains them. */
const OF_EVERY_ITEM = ['pk', 'sk', 'ttl'];

/** Finds the attributes in a file: the names in the object literals of its schemas and of the items that it makes. */
function attributesIn(file: string): string[] {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const names = new Set<string>();
  const collect = (node: ts.Node): void => {
    const isNamed = ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);
    if (isNamed && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, collect);
  };
  for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
    if (ts.isVariableStatement(statement)) collect(statement);
    if (ts.isFunctionDeclaration(statement) && /(Item|Tombstone)$/.test(statement.name?.text ?? ''))
      collect(statement);
  }
  return [...names].filter((name) => !OF_EVERY_ITEM.includes(name));
}

/** Names the item of a file: `published-key-item.ts` → `published key`. */
function nameOf(file: string): string {
  return file.replace(/-(item|attributes)\.ts$/, '').replaceAll('-', ' ');
}

function sectionOf(file: string): string {
  const sections = DOCUMENT.toLowerCase().split(/^## /m);
  const at = sections.findIndex((section) => section.startsWith(`${nameOf(file)}\n`));
  return DOCUMENT.split(/^## /m)[at] ?? '';
}

describe('docs/table.md', () => {
  test.each(FILES)('describes every attribute in lib/table/%s', (file) => {
    expect(attributesIn(file).filter((name) => !sectionOf(file).includes(`\`${name}\``))).toEqual([]);
  });

  test.each(FILES)('describes no attribute that is not in lib/table/%s', (file) => {
    const described = [...sectionOf(file).matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);
    expect(described.filter((name) => ![...attributesIn(file), ...OF_EVERY_ITEM].includes(name))).toEqual([]);
  });

  test.each(FILES.filter((file) => file.endsWith('-item.ts')))(
    'gives the key, lifetime, writers and readers of the item in lib/table/%s',
    (file) => {
      const [row = ''] = new RegExp(`^\\| ${nameOf(file)} .*$`, 'm').exec(DOCUMENT) ?? [];
      const cells = row.split('|').slice(1, -1);
      expect(cells.map((cell) => cell.trim()).filter((cell) => cell !== '')).toHaveLength(6);
    },
  );
});
