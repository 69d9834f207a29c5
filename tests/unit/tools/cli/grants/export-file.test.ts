import { expect, test } from '@jest/globals';
import { exportFile } from '../../../../../tools/cli/grants/export-file.ts';

// A separate region, and no request: each fault is found before the first one.
const TABLE = { table: 't', stage: 'example' };

test.each([
  ['a directory', 'infra', /^\/.*\/infra is a directory, not a file\.$/],
  ['a file in no directory', '/nowhere/grants.jsonl', /^There is no directory \/nowhere\.$/],
])('nothing is exported to %s', async (_what, file, message) => {
  await expect(exportFile(file, TABLE)).rejects.toThrow(message);
});
