import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import ts from 'typescript';

/** A comment, a message or a paragraph, and the line of its file on which it begins. */
export interface Passage {
  readonly kind: 'comment' | 'doc comment' | 'message' | 'text';
  readonly line: number;
  readonly text: string;
}

/** A string with so many words is a message to a person. Shorter ones are names and values. */
const WORDS_OF_A_MESSAGE = 4;

/** The words of a text. Code between backticks and addresses of links are not words. */
export function wordsOf(text: string): string[] {
  return text.replaceAll(/`[^`]*`|\]\([^)]*\)|https?:\S+/g, ' ').match(/[A-Za-z][\w'’-]*/g) ?? [];
}

/**
 * Reads the prose of a file: the comments and messages of TypeScript and JavaScript, the comments of YAML, and the
 * text of Markdown without its code blocks.
 *
 * @param path - a file ending in .ts, .js, .yml or .md
 */
export function proseOf(path: string): Passage[] {
  const text = readFileSync(path, 'utf8');
  const extension = extname(path);
  if (extension === '.md') return paragraphs(text);
  if (extension === '.yml') return comments(text, 0, /(?<=^|\s)#.*/g, text);
  return proseOfScript(path, text);
}

function proseOfScript(path: string, text: string): Passage[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found: Passage[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file);
    if (children.length === 0) {
      const trivia = text.slice(node.getFullStart(), node.getStart(file));
      found.push(...comments(trivia, node.getFullStart(), /\/\*[^]*?\*\/|\/\/.*/g, text));
    }
    if (isText(node) && wordsOf(node.text).length >= WORDS_OF_A_MESSAGE)
      found.push({ kind: 'message', line: lineAt(text, node.getStart(file)), text: node.text });
    children.forEach(visit);
  };
  visit(file);
  return joinLineComments(found);
}

type Text =
  ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail;

const TEXTS = new Set([
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
]);

function isText(node: ts.Node): node is Text {
  return TEXTS.has(node.kind);
}

/** Cuts the comments out of a part of a file that begins at an offset. */
function comments(part: string, offset: number, pattern: RegExp, whole: string): Passage[] {
  return Array.from(part.matchAll(pattern), ({ 0: comment, index }) => ({
    kind: comment.startsWith('/**') ? 'doc comment' : 'comment',
    line: lineAt(whole, offset + index),
    text: comment
      .replaceAll(/^\s*(?:\/\*\*?|\*\/|\*(?!\/)|\/\/|#)|\*\/$/gm, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  }));
}

/** Joins comments that continue on the next line, because a sentence does. */
function joinLineComments(passages: readonly Passage[]): Passage[] {
  const joined: Passage[] = [];
  let end = 0;
  for (const passage of passages) {
    const before = joined.at(-1);
    if (before?.kind === 'comment' && passage.kind === 'comment' && passage.line === end + 1)
      joined[joined.length - 1] = { ...before, text: `${before.text} ${passage.text}` };
    else joined.push(passage);
    end = passage.line;
  }
  return joined;
}

/** The paragraphs of Markdown, and each row of a table. */
function paragraphs(markdown: string): Passage[] {
  const withoutCode = markdown.replaceAll(/^```[^]*?^```/gm, (block) => block.replaceAll(/.+/g, ''));
  return Array.from(withoutCode.matchAll(/(?:^\|.*$)|(?:^(?!\|).+$\n?)+/gm), ({ 0: paragraph, index }) => ({
    kind: 'text',
    line: lineAt(withoutCode, index),
    text: paragraph.trim(),
  }));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
