/** A set of test files that one npm script runs. */
export interface Suite {
  /** Folders of tests/, as a pattern. */
  readonly folders: string;
  /** Tells if files named *.long.test.ts belong to it, and if property tests have their full number of runs. */
  readonly full: boolean;
  /** A sentence with which a run begins. */
  readonly length: string;
}

/** The suites by their names, which tests/run.ts takes. */
export const SUITES = {
  everyday: {
    folders: '{unit,property,e2e,template}',
    full: false,
    length: 'Everyday tests: about 5 minutes on two cores. "npm run test:full" runs all tests.',
  },
  full: {
    folders: '{unit,property,e2e,template}',
    full: true,
    length: 'All tests: about 20 minutes on two cores. "npm test" runs the everyday ones.',
  },
  integration: {
    folders: 'integration',
    full: true,
    length: 'Integration tests against moto: about 1 minute.',
  },
  browser: {
    folders: 'browser',
    full: true,
    length: 'Tests in Chromium: about 2 minutes.',
  },
} as const satisfies Readonly<Record<string, Suite>>;

export type SuiteName = keyof typeof SUITES;

/** Tells if a name is that of a suite. */
export function isSuite(name: string | undefined): name is SuiteName {
  return name !== undefined && Object.hasOwn(SUITES, name);
}

/** The environment variable that names the suite to its tests and its reporter. */
export const SUITE_VARIABLE = 'LAYERMINT_SUITE';

/** The suite that runs: the everyday one if jest was started without tests/run.ts. */
export function currentSuite(): SuiteName {
  const name = process.env[SUITE_VARIABLE];
  return isSuite(name) ? name : 'everyday';
}

/**
 * Chooses the size of a test, such as the runs of a property.
 *
 * @param everyday - the size in `npm test`: enough to notice a fault in the usual places
 * @param full - the size in `npm run test:full`
 */
export function size(everyday: number, full: number): number {
  return SUITES[currentSuite()].full ? full : everyday;
}

/**
 * Chooses among the cases of a test: all of them in `npm run test:full`, and in `npm test` a few, spread evenly.
 *
 * @param everyday - the number of cases in `npm test`, 1 or more
 */
export function some<T>(cases: readonly T[], everyday: number): readonly T[] {
  return spread(cases, size(everyday, cases.length));
}

/** Takes so many elements of a list, with gaps of the same size: the first one, and others up to the end. */
export function spread<T>(list: readonly T[], count: number): readonly T[] {
  const before = (index: number): number => Math.ceil((index * count) / list.length);
  return list.filter((_, index) => before(index) < before(index + 1));
}
