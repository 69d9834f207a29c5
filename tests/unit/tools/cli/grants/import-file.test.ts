import { expect, test } from '@jest/globals';
import { importFile } from '../../../../../tools/cli/grants/import-file.ts';

// A separate region, and no request: each fault is found before the first one.
const TABLE = { table: 't', stage: 'example' };

test.each([
  ['that is not there', 'none.jsonl', /^There is no file "none\.jsonl" in \//],
  ['that is a directory', 'infra', /^\/.*\/infra is a directory, not a file\.$/],
  ['that is empty', '/dev/null', /^\/dev\/null is empty, and nothing was imported\.$/],
])('a file %s is not imported', async (_what, file, message) => {
  await expect(importFile(file, 1, TABLE)).rejects.toThrow(message);
});
