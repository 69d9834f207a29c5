import { expect, jest, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { logOf, naming } from '../../../../lib/wiring/parts/function-log.ts';

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

test('a function without a route names its invocation in its lines', () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const log = logOf({ LOG_LEVEL: 'info', STAGE: 'prod' });
  const handler = naming(log, (event: string) => {
    log.info(event);
  });
  handler('swept', { functionName: 'layermint-prod-sweepRevocations', awsRequestId: 'r1' });
  const [[line] = []] = write.mock.calls;
  write.mockRestore();

  expect(JSON.parse(String(line))).toMatchObject({
    message: 'swept',
    function_name: 'layermint-prod-sweepRevocations',
    function_request_id: 'r1',
    cold_start: true,
  });
});

// Routes name the invocation themselves (lib/http/routes/route.ts), and are all wrapped for CloudFront.
test.each(
  globSync('lib/wiring/*.ts').filter((file) =>
    /function handlerOf(?![^]*\bthroughCloudFront\()/.test(textOf(file)),
  ),
)('%s lets the lines of its function name their invocation', (file) => {
  expect(textOf(file)).toContain('naming(log, ');
});

test.each(globSync('lib/wiring/*.ts'))('%s makes no logger without the stage', (file) => {
  expect(textOf(file)).not.toContain('createLogger(');
});

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}
