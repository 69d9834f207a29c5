import { readFileSync } from 'node:fs';

/** A command of a guide, with the answer that the guide shows for it. */
export interface Example {
  /** The heading that it stands under. */
  readonly heading: string;
  /** The line of its first command, from 1. */
  readonly line: number;
  /** The text of the `sh` block. */
  readonly commands: string;
  /** The status in "Answer 201"; absent if the guide names none. */
  readonly status?: number;
  /** The block that shows the answer, if there is one. */
  readonly shown?: { readonly language: string; readonly text: string };
}

const BLOCK = /^( *)```(\w*)\n(.*?)^\1```$/gms;

const LINE = /^/gm;

/** Reads the `sh` blocks of a Markdown page. The status and the shown answer of each stand before the next one. */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
    language: match[2] ?? '',
    text: withoutIndent(match[3] ?? '', match[1]?.length ?? 0),
  }));
  const commands = blocks.filter(({ language }) => language === 'sh');
  return commands.map(({ at, end, text: block }, index) => {
    const until = commands[index + 1]?.at ?? text.length;
    const shown = blocks.find((it) => it.at >= end && it.at < until);
    const [, status] = /\bAnswer (\d{3})\b/.exec(text.slice(end, until)) ?? [];
    return {
      heading: headingBefore(text.slice(0, at)),
      line: text.slice(0, at).match(LINE)?.length ?? 1,
      commands: block,
      ...(status !== undefined && { status: Number(status) }),
      ...(status !== undefined && shown && { shown: { language: shown.language, text: shown.text } }),
    };
  });
}

function withoutIndent(text: string, columns: number): string {
  return text.replaceAll(new RegExp(`^ {0,${columns}}`, 'gm'), '');
}

function headingBefore(text: string): string {
  return [...text.matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '';
}
