import { globSync } from 'node:fs';

/** A part of the project, and the tests that watch over it. */
export interface Module {
  readonly name: string;
  /** Globs of its sources. */
  readonly sources: readonly string[];
  /**
   * Globs of the test files that have to notice a fault in it, in stages: the next runs only if no test of those before failed. The
   * first is quick and notices most.
   */
  readonly stages: readonly Stage[];
}

/** Globs of test files that run together. */
export type Stage = readonly string[];

const unit = (...folders: readonly string[]): Stage =>
  folders.map((folder) => `tests/unit/${folder}/**/*.test.ts`);
const attacks = (...names: readonly string[]): Stage =>
  names.map((name) => `tests/unit/attacks/${name}.test.ts`);
const property = (...names: readonly string[]): Stage =>
  names.map((name) => `tests/property/${name}.test.ts`);

/** The modules in which a fault costs security or data. */
export const MODULES: readonly Module[] = [
  {
    name: 'grants',
    sources: ['lib/grants/**/*.ts'],
    stages: [
      [...unit('grants'), ...attacks('grants', 'private-layer'), ...property('documents')],
      [...unit('http/routes/grants', 'http/routes/documents'), ...property('role-files', 'single-actions')],
    ],
  },
  {
    name: 'audit',
    sources: ['lib/audit/**/*.ts', 'lib/http/records/**/*.ts'],
    stages: [[...unit('audit', 'http/records'), ...attacks('audit-log')]],
  },
  {
    name: 'revocation',
    sources: ['lib/revocation/**/*.ts'],
    // The model of revocation would notice more, but it takes minutes.
    stages: [unit('revocation'), property('holder-item-writes', 'revocation-beside-minting')],
  },
  {
    name: 'rotation',
    sources: ['lib/rotation/**/*.ts'],
    stages: [
      [
        'tests/unit/rotation/{emergency,key-list,lease,pairs,probe,registration}.test.ts',
        'tests/unit/rotation/{rotation-event,signing-key-secret,status}.test.ts',
        ...unit('rotation/steps', 'rotation/key-check'),
      ],
      ['tests/unit/rotation/rotation.test.ts'],
      ['tests/unit/rotation/rotation-faults.test.ts'],
    ],
  },
  { name: 'signing-keys', sources: ['lib/signing-keys/**/*.ts'], stages: [unit('signing-keys')] },
  {
    name: 'limits',
    sources: ['lib/limits/**/*.ts'],
    stages: [[...unit('limits'), ...attacks('flooding')]],
  },
  { name: 'probes', sources: ['lib/probes/**/*.ts'], stages: [unit('probes')] },
  { name: 'issuers', sources: ['lib/issuers/**/*.ts'], stages: [unit('issuers')] },
  { name: 'document-engine', sources: ['lib/document-engine/**/*.ts'], stages: [unit('document-engine')] },
  {
    name: 'table',
    sources: ['lib/table/**/*.ts'],
    // The items of each kind are tested with their readers and writers.
    stages: [
      unit('table'),
      [
        ...unit('grants', 'revocation'),
        'tests/unit/rotation/lease.test.ts',
        'tests/unit/signing-keys/published-keys.test.ts',
      ],
    ],
  },
  {
    name: 'identity',
    sources: ['lib/identity/**/*.ts'],
    stages: [[...unit('identity'), ...attacks('caller-identity')], property('claims')],
  },
  {
    name: 'tokens',
    sources: ['lib/tokens/**/*.ts'],
    stages: [
      [...unit('tokens'), ...attacks('permissions', 'private-layer', 'vouching')],
      [
        ...unit('http/routes/tokens', 'http/routes/backend-tokens'),
        ...property('batch', 'claims', 'inspect', 'single-actions', 'vouching'),
      ],
    ],
  },
  {
    name: 'authentication',
    sources: ['lib/http/authentication/**/*.ts'],
    stages: [
      [...unit('http/authentication'), ...attacks('caller-identity')],
      unit('http/routes/grants', 'http/routes/backend-tokens'),
    ],
  },
  {
    name: 'messages',
    sources: ['lib/http/messages/**/*.ts'],
    stages: [
      [...unit('http/messages'), ...attacks('request-body')],
      [...unit('http/routes/tokens', 'http/routes/grants'), ...property('openapi-requests')],
    ],
  },
  {
    name: 'problems',
    sources: ['lib/http/problems/**/*.ts'],
    stages: [[...unit('http/problems'), ...attacks('answers-and-logs')], unit('http/routes/tokens')],
  },
  {
    name: 'api-gateway',
    sources: ['tools/local/stand-ins/api-gateway/**/*.ts'],
    stages: [unit('tools/local/stand-ins/api-gateway')],
  },
];

/** Descriptions of the API for its document: no request passes them. */
const NOT_MUTATED = ['**/openapi.ts'];

/** Lists the sources of a module, as paths from the project's root, which is the working directory. */
export function sourcesOf({ sources }: Module): string[] {
  return globSync(sources, { exclude: NOT_MUTATED }).sort();
}

/** Lists the test files of a stage, without long ones, as paths from the project's root, which is the working directory. */
export function testsOf(stage: Stage): string[] {
  return globSync(stage, { exclude: ['**/*.long.test.ts'] }).sort();
}
