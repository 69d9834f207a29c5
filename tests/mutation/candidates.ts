import { readFileSync } from 'node:fs';
import { EQUIVALENT, explains } from './equivalent.ts';
import { sourcesOf, type Module } from './modules.ts';
import { candidate, type Candidate } from './mutant.ts';
import { mutantsOf } from './mutants-of.ts';

/**
 * Lists the mutants of modules, without the equivalent ones.
 *
 * @param part - only files with this text in their path
 */
export function candidatesOf(modules: readonly Module[], part = ''): Candidate[] {
  return modules.flatMap((module) =>
    sourcesOf(module)
      .filter((file) => file.includes(part))
      .flatMap((file) => {
        const source = readFileSync(file, 'utf8');
        const equivalents = EQUIVALENT.filter((it) => it.file === file);
        return mutantsOf(source)
          .filter((mutant) => !equivalents.some((equivalent) => explains(equivalent, source, mutant)))
          .map((mutant) => candidate(module.name, file, source, mutant));
      }),
  );
}
