import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { logFilePath } from '../../../../../tools/local/stack/log-file.ts';
import { welcome } from '../../../../../tools/local/stack/welcome.ts';
import { isLike } from '../../../../support/guides/shown.ts';

test('README.md shows the text that npm start prints', () => {
  const addresses = {
    api: 'http://127.0.0.1:4747',
    console: 'http://127.0.0.1:4747/console',
    issuer: 'http://127.0.0.1:4748',
    documentEngine: 'http://127.0.0.1:4749',
    dynamoDB: 'http://127.0.0.1:8000',
    secretsManager: 'http://127.0.0.1:6000',
  };
  const printed = welcome(addresses, logFilePath(undefined, 4747));
  const [, shown = ''] =
    /```text\n(Layermint is running.*?)```/s.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(shown).not.toBe('');
  expect([printed, isLike(shown.trim(), printed.trim())]).toEqual([printed, true]);
});
