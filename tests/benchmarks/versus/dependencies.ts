import { cp, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { ZippedFile } from '../zip-size.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const Names = z.record(z.string(), z.string()).optional();
const Lock = z.object({
  packages: z.record(z.string(), z.object({ dependencies: Names, optionalDependencies: Names })),
});

/**
 * Copies packages and everything that they need into a directory's node_modules, as `npm ci --omit=dev` installs them for a project
 * that depends on these packages alone.
 */
export async function installInto(directory: string, packages: readonly string[]): Promise<void> {
  const { packages: locked } = Lock.parse(
    JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')),
  );
  const needed = new Set<string>();
  const need = (from: string, name: string): void => {
    const path = resolved(from, name, locked);
    if (path === undefined || needed.has(path)) return;
    needed.add(path);
    const { dependencies, optionalDependencies } = locked[path] ?? {};
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) need(path, each);
  };
  for (const name of packages) need('', name);
  for (const path of needed) {
    const own = join(ROOT, path);
    // The packages below it are copied by themselves, if they are needed.
    const filter = (file: string): boolean => relative(own, file) !== 'node_modules';
    await cp(own, join(directory, path), { recursive: true, filter });
  }
}

/**
 * Finds a package as Node does: from the folder of the package that needs it, upwards.
 *
 * @returns its path in the lock file; undefined if it is optional and not installed on this system
 */
function resolved(from: string, name: string, locked: Readonly<Record<string, unknown>>): string | undefined {
  const path = join(from, 'node_modules', name);
  if (Object.hasOwn(locked, path)) return path;
  if (from === '') return undefined;
  const above = from.slice(0, Math.max(from.lastIndexOf('/node_modules/'), 0));
  return resolved(above, name, locked);
}

/** Reads all files below a directory, as a zip of it would hold them. */
export async function filesIn(directory: string): Promise<ZippedFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { name: relative(directory, path), content: await readFile(path) };
      }),
  );
}
