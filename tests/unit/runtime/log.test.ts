import { describe, expect, test } from '@jest/globals';
import { createLogger, LOG_LEVELS, type LogLevel } from '../../../lib/runtime/log.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { errorFields, LayermintError } from '../../../lib/runtime/errors.ts';
import { loggedUser } from '../../../lib/runtime/user-id-in-logs.ts';

class OurError extends LayermintError {
  override readonly name = 'OurError';
  readonly code = 'OURS';
}

/** A logger, and the lines it has written. */
function loggerAt(level: LogLevel) {
  const lines: string[] = [];
  const log = createLogger(
    level,
    (line) => lines.push(line),
    () => NOON * 1000,
  );
  return { log, lines };
}

/** The error that a piece of code throws. */
function thrownBy(code: () => unknown): unknown {
  try {
    code();
  } catch (error) {
    return error;
  }
  throw new TypeError('nothing was thrown');
}

describe('A line', () => {
  test('is one JSON object with its time, level, message and fields', () => {
    const { log, lines } = loggerAt('info');
    log.info('token minted', {
      userId: loggedUser('alice'),
      expiresAt: 1,
      warm: true,
      roles: ['viewer'],
      layer: undefined,
    });
    expect(lines).toEqual([
      '{"timestamp":"2026-01-31T12:00:00.000Z","level":"INFO","message":"token minted",' +
        '"userId":"alice","expiresAt":1,"warm":true,"roles":["viewer"],"service":"layermint"}\n',
    ]);
  });

  test('stays one line with any text in its fields', () => {
    const { log, lines } = loggerAt('info');
    const text = 'a\r\nb\u2028c "quoted" \uD800 \u0000';
    log.error(text, { text });
    expect(lines.map((line) => line.split(/\r|\n/).length)).toEqual([2]);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'ERROR', message: text, text }),
    ]);
  });

  test.each(LOG_LEVELS)('is written from the level %s on', (level) => {
    const { log, lines } = loggerAt(level);
    for (const name of LOG_LEVELS) log[name](name);
    expect(lines.map((line) => /"message":"(\w+)"/.exec(line)?.[1])).toEqual(
      LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)),
    );
  });
});

test('The lines of an invocation name it in the fields of Powertools, and the first says that it was a cold start', () => {
  const { log, lines } = loggerAt('info');
  for (const awsRequestId of ['1', '2']) {
    log.begin({
      functionName: 'layermint-prod-mintToken',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:mint',
      awsRequestId,
    });
    log.info('a line');
  }
  const ofFunction = {
    service: 'layermint',
    function_name: 'layermint-prod-mintToken',
    function_memory_size: 256,
    function_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:mint',
  };
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ ...ofFunction, cold_start: true, function_request_id: '1' }),
    expect.objectContaining({ ...ofFunction, cold_start: false, function_request_id: '2' }),
  ]);
});

test('Metrics ride in a line, and are written without it below the lowest level', () => {
  const written = (['info', 'error'] as const).flatMap((level) => {
    const { log, lines } = loggerAt(level);
    log.info('served', { status: 201 }, { TokensMinted: 2, MintDuration: 5 });
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  });
  const directive = {
    Metrics: [
      { Name: 'TokensMinted', Unit: 'Count' },
      { Name: 'MintDuration', Unit: 'Milliseconds' },
    ],
  };
  const metrics = { _aws: { CloudWatchMetrics: [directive] }, TokensMinted: 2, MintDuration: 5 };
  expect(written).toMatchObject([{ message: 'served', status: 201, ...metrics }, metrics]);
  expect(written[1]).not.toHaveProperty('message');
});

test('A metric is written at every level, in the embedded metric format', () => {
  const { log, lines } = loggerAt('error');
  log.count('SigningKeyStale');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: NOON * 1000,
        CloudWatchMetrics: [
          { Namespace: 'Layermint', Dimensions: [[]], Metrics: [{ Name: 'SigningKeyStale', Unit: 'Count' }] },
        ],
      },
      SigningKeyStale: 1,
    },
  ]);
});

test('A metric carries the dimensions of its logger', () => {
  const lines: string[] = [];
  const log = createLogger(
    'error',
    (line) => lines.push(line),
    () => NOON * 1000,
    { stage: 'prod' },
  );
  log.count('SigningKeyStale');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { _aws: { CloudWatchMetrics: [{ Dimensions: [['Stage']] }] }, Stage: 'prod', SigningKeyStale: 1 },
  ]);
});

test('A measured value is written the same way, with its unit', () => {
  const { log, lines } = loggerAt('error');
  log.gauge('OldestPendingRevocation', 12.5);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    {
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'OldestPendingRevocation', Unit: 'Seconds' }] }] },
      OldestPendingRevocation: 12.5,
    },
  ]);
});

describe('Of an error', () => {
  test("Layermint's own code and message are logged, and of its cause the type only", () => {
    const cause = new SyntaxError('quotes a body');
    expect(errorFields(new OurError('it went wrong', { cause }))).toEqual({
      error: 'OURS',
      reason: 'it went wrong',
      cause: 'SyntaxError',
    });
    expect(errorFields(new OurError('it went wrong', { cause: 'a text' }))).toEqual({
      error: 'OURS',
      reason: 'it went wrong',
    });
  });

  test('a foreign message is left out; its type and the place it came from stay', () => {
    const error = thrownBy(() => JSON.parse('{"jwt": eyJhbGciOiJFUzI1NiJ9}'));
    expect(String(error)).toContain('eyJhbGc');
    const fields = errorFields(error);
    expect(fields).toEqual({ error: 'SyntaxError', place: expect.any(Array) });
    expect(JSON.stringify(fields)).not.toContain('eyJhbGc');
    expect(fields['place']).toContainEqual(expect.stringMatching(/^at .*log\.test\.ts/));
  });

  test('its code is logged in place of its type if it has one', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' });
    expect(errorFields(refused)).toMatchObject({ error: 'ECONNREFUSED' });
    expect(errorFields(new OurError('it went wrong', { cause: refused }))).toMatchObject({
      cause: 'ECONNREFUSED',
    });
  });

  test('a message with lines like stack frames is left out too', () => {
    const error = thrownBy(() => JSON.parse('x\n at eyJhb'));
    expect(error).toHaveProperty('stack', expect.stringMatching(/^ +at eyJh/m));
    const fields = errorFields(error);
    expect(JSON.stringify(fields)).not.toContain('eyJh');
    expect(fields['place']).toContainEqual(expect.stringMatching(/^at .*log\.test\.ts/));
  });

  test('a message that was changed after it was thrown is left out too', () => {
    const error = new Error('begins\n    at eyJhbGciOiJFUzI1NiJ9');
    expect(error.stack).toContain('eyJhbGc');
    error.message = 'changed';
    expect(errorFields(error)).toEqual({ error: 'Error', place: [] });
  });

  test('the place has eight frames at most', () => {
    const deep = (left: number): unknown => (left === 0 ? JSON.parse('') : [deep(left - 1)]);
    expect(errorFields(thrownBy(() => deep(20)))['place']).toHaveLength(8);
  });

  test('without a stack, or with an empty message, nothing breaks', () => {
    const bare = new RangeError('a message');
    delete bare.stack;
    expect(errorFields(bare)).toEqual({ error: 'RangeError', place: [] });
    expect(errorFields(new RangeError())['place']).toContainEqual(expect.stringContaining('log.test.ts'));
  });

  test.each([
    ['string', 'eyJhbGciOiJFUzI1NiJ9'],
    ['object', { message: 'eyJhbGciOiJFUzI1NiJ9' }],
    ['undefined', undefined],
  ])('that is not an Error, only its type (%s) is logged', (type, thrown) => {
    expect(errorFields(thrown)).toEqual({ error: type });
  });
});
