import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../command.ts';
import { nameOf } from '../../../lib/runtime/errors.ts';

/** A file that is read from its beginning. */
export interface InputFile {
  readonly input: AsyncIterable<Buffer>;
  /** In bytes; 0 of what has none, such as a pipe. */
  readonly size: number;
}

/** @throws UsageError where there is no such file, or it cannot be read */
export async function openInput(file: string): Promise<InputFile> {
  const handle = await opened(file, 'r');
  const stats = await handle.stat();
  if (!stats.isDirectory()) return { input: handle.createReadStream(), size: stats.size };
  await handle.close();
  throw new UsageError(`${file} is a directory.`);
}

/**
 * Writes a file whole or not at all: what was there under its name stays until the new one is complete. What is no file,
 * such as a pipe, is written into.
 *
 * @throws UsageError where nothing can be written there; what reading the content, or writing it, throws
 */
export async function writeWhole(file: string, content: Readable, signal: AbortSignal): Promise<void> {
  const former = await stat(file).catch(() => undefined);
  if (former?.isDirectory() === true) throw new UsageError(`${file} is a directory.`);
  if (former !== undefined && !former.isFile()) {
    const handle = await opened(file, 'w');
    return pipeline(content, handle.createWriteStream(), { signal });
  }
  const path = former === undefined ? file : await realpath(file);
  const part = `${path}.${process.pid}.part`;
  const handle = await opened(part, 'wx', former?.mode);
  try {
    await pipeline(content, handle.createWriteStream({ flush: true }), { signal });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function opened(file: string, flags: 'r' | 'w' | 'wx', mode?: number): Promise<FileHandle> {
  try {
    return await open(file, flags, mode);
  } catch (error) {
    throw new UsageError(`${file} cannot be ${flags === 'r' ? 'read' : 'written'} (${nameOf(error)}).`);
  }
}
