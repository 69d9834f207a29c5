import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mutated, type Candidate } from './mutant.ts';

/** A temporary copy of the project, in which sources are changed. The project itself stays as it is. */
export class WorkingCopy {
  /** The folder of the copy. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Copies the files that git tracks or would track. `node_modules` is a link to the project's own.
   *
   * @param project - the folder of a git repository with its dependencies installed
   */
  static of(project: string): WorkingCopy {
    const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const files = execFileSync('git', listed, { cwd: project, encoding: 'utf8' }).split('\0');
    const copy = new WorkingCopy(realpathSync(mkdtempSync(join(tmpdir(), 'layermint-mutation-'))));
    for (const file of new Set(files)) {
      // A deleted file is tracked until the deletion is committed.
      if (file !== '' && existsSync(join(project, file))) cpSync(join(project, file), join(copy.path, file));
    }
    symlinkSync(resolve(project, 'node_modules'), join(copy.path, 'node_modules'));
    return copy;
  }

  /** Runs something while a mutant is in the copy, and puts the source back. */
  async during<T>(mutant: Candidate, run: () => Promise<T>): Promise<T> {
    const file = join(this.path, mutant.file);
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, mutated(source, mutant));
    try {
      return await run();
    } finally {
      writeFileSync(file, source);
    }
  }

  /** Deletes the copy. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
