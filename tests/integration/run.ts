import { spawnSync } from 'node:child_process';

/**
 * Runs the integration tests, with jest's arguments. They need moto, which is not an npm package. Where it is missing,
 * a CI run fails and any other says that nothing was tested.
 */
function run(jestArguments: readonly string[]): number {
  if (spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' }).status !== 0) {
    const missing = "moto is not installed (pip install 'moto[server,dynamodb,secretsmanager]')";
    if (process.env['CI']) {
      process.stderr.write(`${missing}: the integration tests cannot run.\n`);
      return 1;
    }
    process.stdout.write(`${missing}: the integration tests were not run.\n`);
    return 0;
  }
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--testMatch=**/tests/integration/**/*.test.ts',
  ];
  return spawnSync(process.execPath, [...jest, ...jestArguments], { stdio: 'inherit' }).status ?? 1;
}

process.exitCode = run(process.argv.slice(2));
