import { describe, expect, test } from '@jest/globals';
import { ROUTES } from '../../../../lib/http/routes/catalogue.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import { json, route, type ApiHandler, type ApiResult } from '../../../../lib/http/routes/route.ts';
import { Deadline, DeadlineOverError } from '../../../../lib/runtime/deadline.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../support/http/events.ts';
import { StoreRefusedError, StoreUnavailableError } from '../../../../lib/table/index.ts';

interface Served {
  readonly result: ApiResult;
  /** The logged lines, parsed. */
  readonly logged: readonly unknown[];
}

/** Serves a request by a route that is given its log. */
async function serve(
  make: (log: ReturnType<typeof createLogger>) => ApiHandler,
  event = apiEvent(),
): Promise<Served> {
  const lines: string[] = [];
  const handler = make(createLogger('info', (line) => lines.push(line)));
  const result = await handler(event, lambdaContext());
  return { result, logged: lines.map((line): unknown => JSON.parse(line)) };
}

const serving =
  (respond: Parameters<typeof route<typeof ROUTES.mintToken>>[2]) => (log: ReturnType<typeof createLogger>) =>
    route(ROUTES.mintToken, log, respond);

describe('a route', () => {
  test('passes the answer on, which no cache may store, and logs the noted fields in one line', async () => {
    const { result, logged } = await serve(
      serving((_, note) => {
        note({ documentId: 'doc' });
        return json(201, { made: true });
      }),
    );
    expect(result).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: '{"made":true}',
    });
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'request served',
        requestId: 'request-1',
        operation: 'mintToken',
        route: 'POST /v1/tokens',
        status: 201,
        documentId: 'doc',
      }),
    ]);
  });

  test('is given its entry in the catalogue', async () => {
    const { result } = await serve(serving((_event, _note, given) => json(200, given)));
    expect(JSON.parse(result.body ?? '')).toEqual(ROUTES.mintToken);
  });

  test('notes nothing of one request in the line of the next, even if Lambda passes the same context', async () => {
    const lines: string[] = [];
    let first = true;
    const log = createLogger('info', (line) => lines.push(line));
    const handler = route(ROUTES.mintToken, log, (_, note) => {
      if (first) note({ documentId: 'doc' });
      first = false;
      return json(200, {});
    });
    await handler(apiEvent(), lambdaContext());
    await handler(apiEvent(), lambdaContext());
    expect(lines.map((line) => line.includes('doc'))).toEqual([true, false]);
  });

  test('answers a problem as problem details, with its headers, and logs its kind', async () => {
    const { result, logged } = await serve(
      serving(() => {
        throw new Problem('invalid-request', 'Wrong.', {
          errors: [{ pointer: '#/layer', detail: 'must be a layer' }],
          headers: { 'retry-after': '7' },
        });
      }),
    );
    expect(result).toMatchObject({
      statusCode: 400,
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'retry-after': '7',
      },
    });
    expect(problemIn(result)).toMatchObject({
      type: 'urn:layermint:problem:invalid-request',
      requestId: 'request-1',
      errors: [{ pointer: '#/layer', detail: 'must be a layer' }],
    });
    expect(JSON.stringify(logged)).not.toMatch(/#\/layer|must be a layer/);
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'request refused',
        operation: 'mintToken',
        problem: 'invalid-request',
        status: 400,
        faults: 1,
      }),
    ]);
  });

  test('answers an unforeseen error with a 500 without details, and does not log foreign messages', async () => {
    const { result, logged } = await serve(
      serving((event) => {
        JSON.parse(event.body ?? '');
        return json(200, {});
      }),
      apiEvent({ body: 'hunter2' }),
    );
    expect(problemIn(result)).toMatchObject({ status: 500, type: 'urn:layermint:problem:internal-error' });
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'request failed',
        operation: 'mintToken',
        error: 'SyntaxError',
        status: 500,
        outcome: 'failed',
        InternalError: 1,
      }),
    ]);
    expect(JSON.stringify([result, logged])).not.toContain('hunter2');
  });

  test('answers 503 with a time to try again if the store does not answer', async () => {
    const { result, logged } = await serve(
      serving(() => Promise.reject(new StoreUnavailableError('DynamoDB is throttled'))),
    );
    expect(result).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': expect.stringMatching(/^[123]$/) },
    });
    expect(logged).toEqual([expect.objectContaining({ error: 'STORE_UNAVAILABLE', status: 503 })]);
  });

  test('answers in time if Lambda is about to end the process', async () => {
    const log = createLogger('error', () => undefined);
    const handler = route(ROUTES.mintToken, log, () => new Promise<ApiResult>(() => undefined));
    const result = await handler(apiEvent(), { ...lambdaContext(), getRemainingTimeInMillis: () => 250 });
    expect(problemIn(result)).toMatchObject({ status: 503, type: 'urn:layermint:problem:timed-out' });
  });

  test('ends the deadline of the work before it answers early, so that the work stops', async () => {
    let deadline: Deadline | undefined;
    const log = createLogger('error', () => undefined);
    const handler = route(ROUTES.mintToken, log, () => {
      deadline = Deadline.current();
      return new Promise<ApiResult>(() => undefined);
    });
    await handler(apiEvent(), { ...lambdaContext(), getRemainingTimeInMillis: () => 300 });
    expect(deadline?.signal.aborted).toBe(true);
    expect(() => deadline?.check()).toThrow(DeadlineOverError);
  });

  test('ends the deadline when one of several parts of the work has failed, so that the others stop', async () => {
    let deadline: Deadline | undefined;
    const { result } = await serve(
      serving(() => {
        deadline = Deadline.current();
        return Promise.reject(new StoreUnavailableError('no answer'));
      }),
    );
    expect(result.statusCode).toBe(503);
    expect(deadline?.isOver()).toBe(true);
  });

  test('counts an answer 500 as a metric, for the alarm', async () => {
    const metric = expect.objectContaining({ InternalError: 1 });
    const refused = await serve(serving(() => Promise.reject(new StoreRefusedError('ValidationException'))));
    expect(refused.logged).toContainEqual(metric);
    const other = await serve(serving(() => Promise.reject(new StoreUnavailableError('no answer'))));
    expect(other.logged).not.toContainEqual(metric);
  });
});
