import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../../../tools/cli/errors.ts';
import { fileFault, openInput, resolvePath, writeWhole } from '../../../../tools/cli/files.ts';

let directory: string;
let calledFrom: string | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-files-'));
  calledFrom = process.env['INIT_CWD'];
});

afterEach(async () => {
  if (calledFrom === undefined) Reflect.deleteProperty(process.env, 'INIT_CWD');
  else process.env['INIT_CWD'] = calledFrom;
  await rm(directory, { recursive: true });
});

const write = (path: string): Promise<void> =>
  writeWhole(path, Readable.from(['new']), new AbortController().signal);

describe('a path', () => {
  test('is relative to the directory in which npm was called', async () => {
    process.env['INIT_CWD'] = directory;
    await writeFile(join(directory, 'a.jsonl'), 'content');

    const { name, input, size } = await openInput('a.jsonl');

    expect([name, size, await text(input)]).toEqual([join(directory, 'a.jsonl'), 7, 'content']);
    expect(resolvePath('../b')).toBe(join(directory, '../b'));
    expect(resolvePath('/c')).toBe('/c');
  });

  test('is relative to the working directory without npm', () => {
    Reflect.deleteProperty(process.env, 'INIT_CWD');

    expect(resolvePath('a')).toBe(join(process.cwd(), 'a'));
  });

  test('of - is standard input', async () => {
    const { name, input } = await openInput('-');

    expect([name, input]).toEqual(['Standard input', process.stdin]);
  });
});

describe('every path without a readable file has its own message:', () => {
  test.each([
    ['nothing', 'none', (at: string) => `There is no file "none" in ${at}.`],
    ['nothing in a missing directory', 'no/file', (at: string) => `There is no directory ${at}/no.`],
    ['a directory', 'folder', (at: string) => `${at}/folder is a directory, not a file.`],
    ['something in a file', 'file/x', (at: string) => `${at}/file is not a directory.`],
    ['a link to itself', 'loop', (at: string) => `${at}/loop cannot be read (ELOOP).`],
  ])('%s', async (_what, name, sentence) => {
    await mkdir(join(directory, 'folder'));
    await writeFile(join(directory, 'file'), '');
    await symlink('loop', join(directory, 'loop'));

    await expect(openInput(join(directory, name))).rejects.toThrow(new UsageError(sentence(directory)));
  });

  // Tests often run as the superuser, with every permission.
  test.each([
    ['read', 'You are not permitted to read /a/b.'],
    ['write', 'You are not permitted to write /a/b.'],
  ] as const)('a file without permission to %s', (use, sentence) => {
    expect(fileFault('EACCES', '/a/b', use, true)).toBe(sentence);
  });
});

describe('writing', () => {
  test('lets no other user of the machine read a new file, and keeps the mode of a replaced one', async () => {
    const path = join(directory, 'file');
    const modeOf = async (): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

    await write(path);
    expect(await modeOf()).toBe('600');

    await chmod(path, 0o640);
    await write(path);
    expect(await modeOf()).toBe('640');
  });

  test('replaces a file through a link to it', async () => {
    await writeFile(join(directory, 'file'), 'old');
    await symlink('file', join(directory, 'link'));

    await write(join(directory, 'link'));

    expect(await readFile(join(directory, 'file'), 'utf8')).toBe('new');
  });

  test('names the file that was asked for, not the temporary one beside it', async () => {
    await expect(write(join(directory, 'no/file'))).rejects.toThrow(
      new UsageError(`There is no directory ${directory}/no.`),
    );
    await expect(write(directory)).rejects.toThrow(
      new UsageError(`${directory} is a directory, not a file.`),
    );
  });
});
