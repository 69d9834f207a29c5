import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { parseRoles } from '../../lib/grants/index.ts';

/**
 * Fails the build when the role file that is bundled is not valid, with everything that is wrong with it, so that a bad role
 * is found at the desk and not by the first caller.
 */
export const checkRolesFile: Plugin = {
  name: 'roles-file',
  setup(build) {
    build.onLoad({ filter: /[\\/]infra[\\/]roles[\\/]roles\.json$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      try {
        parseRoles(JSON.parse(contents));
      } catch (error) {
        return {
          errors: [
            { text: error instanceof Error ? error.message : String(error), location: { file: path } },
          ],
        };
      }
      return { contents, loader: 'json' };
    });
  },
};
