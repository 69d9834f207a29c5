import { wordsOf, type Passage } from './prose.ts';

/** Words of which so many are allowed in 1,000 words. */
export interface Limit {
  readonly pattern: RegExp;
  readonly most: number;
  readonly instead: string;
}

/** The words that make a sentence hard to read if they are many. CONTRIBUTING.md shows how to write without them. */
export const LIMITS: readonly Limit[] = [
  {
    pattern: /^(?:what|who|whom|whose|whatever|whoever|whomever|whichever)$/i,
    most: 3,
    instead: 'a noun, or two sentences',
  },
  { pattern: /^where$/i, most: 2, instead: '"if", "when" or "in which"' },
];

/** Phrases that are never used, and the plain words for them. */
export const PLAIN_WORDS: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bst(?:and(?:s|ing)?|ood) behind\b/i, 'name the relation'],
  [/\bg(?:ive|ives|iving|iven|ave) up\b/i, '"drop", "discard" or "stop"'],
  [/\b(?:go|goes|going|gone|went) on\b/i, '"continue"'],
  [/\bh(?:old|olds|olding|eld) up\b/i, '"delay" or "withstand"'],
  [/\bt(?:ake|akes|aking|aken|ook) off\b/i, '"remove"'],
  [/\bput(?:s|ting)? off\b/i, '"postpone"'],
  [/\bs(?:ee|ees|eeing|een|aw) to it\b/i, '"ensure"'],
  [/\bc(?:ome|omes|oming|ame) to (?:its|an|their) end\b/i, '"finish" or "end"'],
];

/** Words with which no doc comment begins: it begins with a verb in the third person, or with a noun. */
export const BAD_BEGINNING = /^(?:What|Whether|How|Who|Whose|Where|Which|When)\b/;

/** A file and its prose. */
export interface Prose {
  readonly file: string;
  readonly passages: readonly Passage[];
}

/** Lists the places of words that are too many for the length of the prose, and nothing if they are few enough. */
export function excess(prose: readonly Prose[], { pattern, most, instead }: Limit): string[] {
  const words = passagesOf(prose).flatMap(({ file, line, text }) =>
    wordsOf(text).map((word) => ({ word, place: `${file}:${line} "${word}"` })),
  );
  const places = words.filter(({ word }) => pattern.test(word)).map(({ place }) => place);
  const allowed = Math.floor((words.length * most) / 1000);
  if (places.length <= allowed) return [];
  return [`${places.length} in ${words.length} words, of at most ${allowed}. Write ${instead}:`, ...places];
}

/** Lists the places of phrases for which there are plain words. */
export function phrases(prose: readonly Prose[]): string[] {
  return passagesOf(prose).flatMap(({ file, line, text }) =>
    PLAIN_WORDS.flatMap(([phrase, instead]) => {
      const [found] = phrase.exec(text) ?? [];
      return found === undefined ? [] : [`${file}:${line} "${found}": ${instead}`];
    }),
  );
}

/** Lists the doc comments that begin with a question word. */
export function beginnings(prose: readonly Prose[]): string[] {
  return passagesOf(prose)
    .filter(({ kind, text }) => kind === 'doc comment' && BAD_BEGINNING.test(text))
    .map(({ file, line, text }) => `${file}:${line} "${text.slice(0, 60)}"`);
}

function passagesOf(prose: readonly Prose[]): (Passage & { readonly file: string })[] {
  return prose.flatMap(({ file, passages }) => passages.map((passage) => ({ file, ...passage })));
}
