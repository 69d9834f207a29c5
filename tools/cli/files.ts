import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './errors.ts';

/** The file argument that stands for standard input, or for standard output. */
export const STANDARD = '-';

/** A file that is read from its beginning. */
export interface InputFile {
  /** Names it at the beginning of a sentence: its absolute path, or `Standard input`. */
  readonly name: string;
  /** Its content. Destroy it if it is not read to its end. */
  readonly input: Readable;
  /** In bytes; 0 for a pipe or a device, whose size is unknown. */
  readonly size: number;
  /** Its permission bits; undefined for standard input. */
  readonly mode?: number;
}

/**
 * Resolves a path of the command line against the directory in which the user called npm. npm runs every script in the
 * project's own directory, and passes the former one in INIT_CWD.
 */
export const resolvePath = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);

/**
 * Opens a file for reading.
 *
 * @param file - its path as on the command line, or `-` for standard input
 * @throws UsageError if there is no such file, or it is a directory or cannot be read
 */
export async function openInput(file: string): Promise<InputFile> {
  if (file === STANDARD) return { name: 'Standard input', input: process.stdin, size: 0 };
  const path = resolvePath(file);
  const handle = await opened(path, 'r', path);
  const { mode, size } = await handle.stat();
  return { name: path, input: handle.createReadStream(), size, mode };
}

/**
 * Writes a file completely or not at all: the former content stays until the new one is complete. A pipe or a device is
 * written to directly. A new file is readable by its owner only, and a replaced one keeps its mode.
 *
 * @param path - absolute
 * @throws UsageError if nothing can be written there, AbortError on the signal, and any error of the content
 */
export async function writeWhole(path: string, content: Readable, signal: AbortSignal): Promise<void> {
  const former = await stat(path).catch(() => undefined);
  if (former?.isDirectory() === true) throw new UsageError(isDirectory(path));
  if (former !== undefined && !former.isFile()) {
    const handle = await opened(path, 'w', path);
    return pipeline(content, handle.createWriteStream(), { signal });
  }
  const target = former === undefined ? path : await realpath(path);
  const part = `${target}.${process.pid}.part`;
  const handle = await opened(part, 'wx', path, former?.mode ?? 0o600);
  try {
    await pipeline(content, handle.createWriteStream({ flush: true }), { signal });
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** @param named - the path that an error names */
async function opened(
  path: string,
  flags: 'r' | 'w' | 'wx',
  named: string,
  mode?: number,
): Promise<FileHandle> {
  try {
    const handle = await open(path, flags, mode);
    if (!(await handle.stat()).isDirectory()) return handle;
    await handle.close();
  } catch (error) {
    const directory = await stat(dirname(named)).catch(() => undefined);
    throw new UsageError(
      fileFault(codeOf(error), named, flags === 'r' ? 'read' : 'write', directory !== undefined),
    );
  }
  throw new UsageError(isDirectory(named));
}

/** Reads the code of a file system error, such as `ENOENT`. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);

const isDirectory = (path: string): string => `${path} is a directory, not a file.`;

/**
 * Says why a file cannot be opened.
 *
 * @param code - of the error, such as `ENOENT`
 * @param path - absolute
 * @param hasDirectory - whether the directory of the file exists
 */
export function fileFault(code: string, path: string, use: 'read' | 'write', hasDirectory: boolean): string {
  switch (code) {
    case 'ENOENT':
      return hasDirectory
        ? `There is no file "${basename(path)}" in ${dirname(path)}.`
        : `There is no directory ${dirname(path)}.`;
    case 'ENOTDIR':
      return `${dirname(path)} is not a directory.`;
    case 'EISDIR':
      return isDirectory(path);
    case 'EACCES':
    case 'EPERM':
      return `You are not permitted to ${use} ${path}.`;
    default:
      return `${path} cannot be ${use === 'read' ? 'read' : 'written'} (${code}).`;
  }
}
