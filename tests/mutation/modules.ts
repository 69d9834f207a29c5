import { globSync } from 'node:fs';

/** A part of the project, and the tests that watch over it. */
export interface Module {
  readonly name: string;
  /** Globs of its sources. */
  readonly sources: readonly string[];
  /** Globs of the test files that have to notice a fault in it: only fast ones. */
  readonly tests: readonly string[];
}

const unit = (...folders: readonly string[]): string[] =>
  folders.map((folder) => `tests/unit/${folder}/**/*.test.ts`);
const attacks = (...names: readonly string[]): string[] =>
  names.map((name) => `tests/unit/attacks/${name}.test.ts`);
const property = (...names: readonly string[]): string[] =>
  names.map((name) => `tests/property/${name}.test.ts`);

/** The modules in which a fault costs security or data. */
export const MODULES: readonly Module[] = [
  {
    name: 'grants',
    sources: ['lib/grants/**/*.ts'],
    tests: [
      ...unit('grants', 'http/routes/grants', 'http/routes/documents'),
      ...attacks('grants', 'private-layer'),
      ...property('role-files', 'single-actions'),
    ],
  },
  {
    name: 'revocation',
    sources: ['lib/revocation/**/*.ts'],
    tests: [...unit('revocation'), ...property('holder-item-writes', 'revocation-beside-minting')],
  },
  { name: 'rotation', sources: ['lib/rotation/**/*.ts'], tests: unit('rotation') },
  { name: 'signing-keys', sources: ['lib/signing-keys/**/*.ts'], tests: unit('signing-keys') },
  { name: 'document-engine', sources: ['lib/document-engine/**/*.ts'], tests: unit('document-engine') },
  {
    name: 'table',
    sources: ['lib/table/**/*.ts'],
    // The kinds of items are tested by those that read and write them.
    tests: [
      ...unit('table', 'grants', 'revocation'),
      'tests/unit/rotation/lease.test.ts',
      'tests/unit/signing-keys/published-keys.test.ts',
    ],
  },
  {
    name: 'identity',
    sources: ['lib/identity/**/*.ts'],
    tests: [...unit('identity'), ...attacks('caller-identity'), ...property('claims')],
  },
  {
    name: 'tokens',
    sources: ['lib/tokens/**/*.ts'],
    tests: [
      ...unit('tokens', 'http/routes/tokens', 'http/routes/backend-tokens'),
      ...attacks('permissions', 'private-layer'),
      ...property('batch', 'claims', 'inspect', 'single-actions'),
    ],
  },
  {
    name: 'authentication',
    sources: ['lib/http/authentication/**/*.ts'],
    tests: [...unit('http/authentication'), ...attacks('caller-identity')],
  },
  {
    name: 'messages',
    sources: ['lib/http/messages/**/*.ts'],
    tests: [
      ...unit('http/messages', 'http/routes/grants'),
      ...attacks('request-body'),
      ...property('openapi-requests'),
    ],
  },
  {
    name: 'problems',
    sources: ['lib/http/problems/**/*.ts'],
    tests: [...unit('http/problems'), ...attacks('answers-and-logs')],
  },
  {
    name: 'api-gateway',
    sources: ['tools/local/stand-ins/api-gateway/**/*.ts'],
    tests: unit('tools/local/stand-ins/api-gateway'),
  },
];

/** Descriptions of the API for its document: no request passes them. */
const NOT_MUTATED = ['**/openapi.ts'];

/** Lists the sources of a module, as paths from the project's root, which is the working directory. */
export function sourcesOf({ sources }: Module): string[] {
  return globSync(sources, { exclude: NOT_MUTATED }).sort();
}

/** Lists the test files of a module, as paths from the project's root, which is the working directory. */
export function testsOf({ tests }: Module): string[] {
  return globSync(tests).sort();
}
