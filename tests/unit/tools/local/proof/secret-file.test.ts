import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  clientSecretOf,
  randomText,
  readSecretFile,
  writeSecretFiles,
  type SecretFiles,
} from '../../../../../tools/local/proof/index.ts';

let root: string;
let folder: string;
let written: SecretFiles[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'layermint-secret-'));
  folder = join(root, 'cache', 'running');
  written = [];
});

afterEach(() => {
  jest.restoreAllMocks();
  for (const files of written) files.remove();
  rmSync(root, { recursive: true });
});

const write = (secret = randomText(), port = 4747): SecretFiles => {
  const files = writeSecretFiles(port, secret, folder);
  written.push(files);
  return files;
};
const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);
const secretFile = (): string => join(folder, '4747.secret');

describe('the secret of a running stack', () => {
  test('is read by commands of the same port, and removed with the stack', () => {
    const secret = randomText();
    const files = write(secret);
    expect(readSecretFile(4747, folder)).toBe(secret);
    expect(readSecretFile(4748, folder)).toBeUndefined();
    expect(readFileSync(join(folder, '4747.client-secret'), 'utf8')).toBe(clientSecretOf(secret));
    files.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is none in a folder in which no stack ever ran', () => {
    expect(readSecretFile(4747, folder)).toBeUndefined();
  });

  test('can be read by its user alone', () => {
    write();
    expect([modeOf(folder), ...readdirSync(folder).map((name) => modeOf(join(folder, name)))]).toEqual([
      '700',
      '600',
      '600',
    ]);
  });

  test('replaces that of a stack that died, and is not removed by a stack that ended later', () => {
    const former = write();
    const secret = randomText();
    write(secret);
    former.remove();
    expect(readSecretFile(4747, folder)).toBe(secret);
  });

  test('is not read before it is complete', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(secretFile(), '', { mode: 0o600 });
    expect(readSecretFile(4747, folder)).toBeUndefined();
  });
});

describe('another user of this machine', () => {
  test('cannot have the secret written into a file of their choice by a link in its place', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const theirs = join(root, 'theirs');
    for (const link of [symlinkSync, linkSync]) {
      writeFileSync(theirs, 'as before', { mode: 0o666 });
      rmSync(secretFile(), { force: true });
      link(theirs, secretFile());
      write();
      expect(readFileSync(theirs, 'utf8')).toBe('as before');
      expect([lstatSync(secretFile()).isFile(), modeOf(secretFile())]).toEqual([true, '600']);
    }
  });

  test('cannot offer a folder that they can read', () => {
    mkdirSync(folder, { recursive: true });
    for (const mode of [0o750, 0o705, 0o777]) {
      chmodSync(folder, mode);
      expect(() => write()).toThrow(
        `Others on this machine can read or change ${folder}. Delete it, and run npm start again.`,
      );
      expect(() => readSecretFile(4747, folder)).toThrow('Others on this machine');
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('cannot offer a folder of their own', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    jest.spyOn(process, 'getuid').mockReturnValue((process.getuid?.() ?? 0) + 1);
    expect(() => write()).toThrow(
      `${folder} belongs to another user of this machine. Delete it, and run npm start again.`,
    );
    expect(() => readSecretFile(4747, folder)).toThrow('belongs to another user');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('cannot lead to a folder of their own by a link', () => {
    const theirs = join(root, 'theirs');
    mkdirSync(theirs, { mode: 0o700 });
    mkdirSync(join(root, 'cache'));
    symlinkSync(theirs, folder);
    expect(() => write()).toThrow(`${folder} must be a directory. Delete it, and run npm start again.`);
    expect(() => readSecretFile(4747, folder)).toThrow('must be a directory');
    expect(readdirSync(theirs)).toEqual([]);
  });

  test('cannot give a command a secret that they know', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const theirs = join(root, 'theirs');
    writeFileSync(theirs, randomText(), { mode: 0o600 });
    symlinkSync(theirs, secretFile());
    expect(() => readSecretFile(4747, folder)).toThrow(`${secretFile()} cannot be used: ELOOP`);
    rmSync(secretFile());
    writeFileSync(secretFile(), randomText(), { mode: 0o600 });
    chmodSync(secretFile(), 0o620);
    expect(() => readSecretFile(4747, folder)).toThrow('Others on this machine can read or change');
  });
});

test('A disk that refuses is named, with the file', () => {
  writeFileSync(join(root, 'cache'), '');
  expect(() => write()).toThrow(/running cannot be used: E(EXIST|NOTDIR)/);
});
