import { expect, jest, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { logOf } from '../../../../lib/wiring/parts/function-log.ts';

test('a function counts its metrics for its own stage', () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  logOf({ LOG_LEVEL: 'error', STAGE: 'prod' }).count('InternalError');
  const [[line] = []] = write.mock.calls;
  write.mockRestore();

  expect(JSON.parse(String(line))).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Dimensions: [['Stage']] }] },
    Stage: 'prod',
    InternalError: 1,
  });
});

test.each(globSync('lib/wiring/*.ts'))('%s makes no logger without the stage', (file) => {
  expect(readFileSync(file, 'utf8')).not.toContain('createLogger(');
});
