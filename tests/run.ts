import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromiumPath } from '../tools/screenshots/chromium.ts';
import { isSuite, SUITE_VARIABLE, SUITES, type SuiteName } from './support/jest/suites.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The options of jest that take the next argument as their value. */
const WITH_VALUE = {
  testNamePattern: { type: 'string', short: 't' },
  maxWorkers: { type: 'string', short: 'w' },
  outputFile: { type: 'string' },
  seed: { type: 'string' },
} as const;

/**
 * Writes the arguments of jest for a suite. A whole suite reports its progress. A selection of it, by paths or with
 * `-t`, reports as jest does, and a path may be that of a long file.
 *
 * @param given - jest's own arguments, such as paths, `-t NAME` or `-w 1`
 */
function jestArguments(name: SuiteName, given: readonly string[]): string[] {
  const { folders, full } = SUITES[name];
  const { positionals: paths, values } = parseArgs({
    args: [...given],
    options: WITH_VALUE,
    allowPositionals: true,
    strict: false,
  });
  const withLong = full || paths.length > 0;
  const whole = paths.length === 0 && values.testNamePattern === undefined;
  return [
    ...given, // First: jest takes a path after one of the options below for its second value.
    `--testMatch=<rootDir>/tests/${folders}/**/*.test.ts`,
    ...(withLong ? [] : [String.raw`--testPathIgnorePatterns=\.long\.test\.ts$`]),
    ...(whole
      ? ['--reporters=<rootDir>/tests/support/jest/progress-reporter.ts', '--reporters=summary']
      : []),
  ];
}

/** The programs that a suite needs and npm does not install. Each tells if it is here, and how to install it. */
const PROGRAMS: Partial<Readonly<Record<SuiteName, readonly [isInstalled: () => boolean, missing: string]>>> =
  {
    integration: [
      () => spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' }).status === 0,
      "moto is not installed (pip install 'moto[server,dynamodb,secretsmanager]')",
    ],
    browser: [
      () => chromiumPath() !== undefined,
      'Chromium is not installed (apt-get install chromium; or set CHROMIUM to its path)',
    ],
  };

/** Tells if a suite can run. If a program is missing, says so, as an error in a CI run. */
function canRun(name: SuiteName): boolean {
  const [isInstalled, missing] = PROGRAMS[name] ?? [() => true, ''];
  if (isInstalled()) return true;
  if (process.env['CI']) {
    process.stderr.write(`${missing}: the ${name} tests cannot run.\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`${missing}: the ${name} tests were not run.\n`);
  }
  return false;
}

async function runJest(name: SuiteName, given: readonly string[]): Promise<void> {
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      ...jestArguments(name, given),
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, [SUITE_VARIABLE]: name } },
  );
  // jest ends its workers, if it is told to end. Ctrl-C in a terminal tells both processes.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (signal !== 'SIGINT') jest.kill(signal);
    });
  await once(jest, 'close');
  process.exitCode = jest.exitCode ?? 1;
}

const [name, ...given] = process.argv.slice(2);
if (!isSuite(name)) {
  process.stderr.write(`Name a suite: ${Object.keys(SUITES).join(', ')}. Arguments of jest can follow.\n`);
  process.exitCode = 2;
} else if (canRun(name)) {
  await runJest(name, given);
}
