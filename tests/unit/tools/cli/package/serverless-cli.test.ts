import { expect, test } from '@jest/globals';
import { assertPassable } from '../../../../../tools/cli/package/serverless-cli.ts';

test.each([
  [{ local: true }, 'There is nothing to deploy on this machine: npm start runs the service on it.'],
  [{ param: ['a=b', 'memorySizeMb'] }, '--param must be NAME=VALUE, not "memorySizeMb".'],
  [{ param: ['=b'] }, '--param must be NAME=VALUE, not "=b".'],
])('the Serverless CLI is never given %j', (options, message) => {
  expect(() => {
    assertPassable(options);
  }).toThrow(message);
});

test('a parameter may be empty or hold an equals sign', () => {
  expect(() => {
    assertPassable({ param: ['a=', 'b=c=d'] });
  }).not.toThrow();
});
