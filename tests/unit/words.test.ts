import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { proseOf } from '../support/prose/prose.ts';
import { beginnings, excess, LIMITS, phrases, type Prose } from '../support/prose/rules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The parts of the project with a separate count, by their files. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  lib: ['lib/**/*.ts', 'functions/*.ts'],
  tools: ['tools/**/*.{ts,js}'],
  infra: ['infra/**/*.{ts,js,yml}', 'serverless.yml', 'eslint.config.js'],
  docs: ['*.md', 'docs/**/*.md', 'examples/**/*.md', 'tests/*.md'],
  tests: ['tests/**/*.{ts,js}'],
  clients: ['clients/**/*.{ts,md}'],
};

const proseIn = (part: readonly string[]): Prose[] =>
  globSync([...part], { cwd: ROOT, exclude: (name) => name === 'node_modules' }).map((file) => ({
    file,
    passages: proseOf(join(ROOT, file)),
  }));

/** Selects the comments of the prose, or the rest. */
const commentsOf = (prose: readonly Prose[], wanted: boolean): Prose[] =>
  prose.map(({ file, passages }) => ({
    file,
    passages: passages.filter(({ kind }) => kind.endsWith('comment') === wanted),
  }));

describe.each(Object.entries(PARTS))('the prose of %s', (_, part) => {
  const prose = proseIn(part);

  test('exists', () => {
    expect(prose.length).toBeGreaterThan(0);
  });

  test.each(LIMITS)('has few of $pattern, in comments and in the rest', (limit) => {
    expect([...excess(commentsOf(prose, true), limit), ...excess(commentsOf(prose, false), limit)]).toEqual(
      [],
    );
  });

  test('has no phrase for which there is a plain word', () => {
    expect(phrases(prose)).toEqual([]);
  });

  test('begins each doc comment with a verb or a noun', () => {
    expect(beginnings(prose)).toEqual([]);
  });
});
