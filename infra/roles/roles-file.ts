import type { Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseRoles, RolesError, type Roles } from '../../lib/grants/index.ts';

const ROLES_FILE = fileURLToPath(new URL('./roles.json', import.meta.url));

/**
 * Reads infra/roles/roles.json.
 *
 * @throws Error that names the file and lists every fault in it
 */
export function readRoles(): Roles {
  return parseRolesFile(readFileSync(ROLES_FILE, 'utf8'));
}

/**
 * Parses the text of a role file.
 *
 * @throws Error that names infra/roles/roles.json and lists every fault in the text
 */
export function parseRolesFile(contents: string): Roles {
  try {
    return parseRoles(JSON.parse(contents));
  } catch (error) {
    throw new Error(`infra/roles/roles.json ${faultIn(error)}`, { cause: error });
  }
}

function faultIn(error: unknown): string {
  if (error instanceof RolesError)
    return `is not valid:\n${error.faults.map((fault) => `  - ${fault}`).join('\n')}`;
  // The parser quotes the text with its line breaks.
  return `is not JSON: ${(error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ')}`;
}

/** Fails the build with every fault of the role file that is bundled, so that a bad role is found before it is deployed. */
export const checkRolesFile: Plugin = {
  name: 'roles-file',
  setup(build) {
    build.onLoad({ filter: /[\\/]infra[\\/]roles[\\/]roles\.json$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      try {
        parseRolesFile(contents);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return { errors: [{ text, location: { file: path } }] };
      }
      return { contents, loader: 'json' };
    });
  },
};
