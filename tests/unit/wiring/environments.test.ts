import { expect, test } from '@jest/globals';
import { EnvironmentError, parseEnvironment } from '../../../lib/runtime/environment.ts';
import { ENVIRONMENTS, isFunctionName } from '../../../lib/wiring/environments.ts';

const VARIABLES = { LOG_LEVEL: 'info', STAGE: 'prod', TABLE_NAME: 'table', USER_ID_CLAIM: 'sub' };

test('The health and fallback functions need no more than a log level and the stage, and health its version', () => {
  expect(parseEnvironment(ENVIRONMENTS.fallback, VARIABLES)).toEqual({
    LOG_LEVEL: 'info',
    STAGE: 'prod',
    HASH_USER_IDS: 'off',
  });
  expect(parseEnvironment(ENVIRONMENTS.getHealth, { ...VARIABLES, VERSION: '1.2.3' })).toEqual({
    LOG_LEVEL: 'info',
    STAGE: 'prod',
    HASH_USER_IDS: 'off',
    VERSION: '1.2.3',
  });
  expect(() => parseEnvironment(ENVIRONMENTS.getHealth, VARIABLES)).toThrow(
    new EnvironmentError([{ variable: 'VERSION', detail: 'must be the version of the service' }]),
  );
});

test('A function is known by its own name only', () => {
  expect(['mintToken', 'getHealth', 'fallback'].every(isFunctionName)).toBe(true);
  expect(['', 'Mint', 'toString', '__proto__'].some(isFunctionName)).toBe(false);
});
