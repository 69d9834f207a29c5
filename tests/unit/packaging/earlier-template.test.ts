import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readEarlierResources } from '../../../infra/packaging/earlier-template.ts';
import {
  listenOnLoopback,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';

const KEY = '/bucket/serverless/layermint/prod/1795726559459-2026-11-26T20:55:59.459Z/template.json';
const RESOURCES = { Table: { DeletionPolicy: 'Retain', Properties: { BillingMode: 'PAY_PER_REQUEST' } } };

const xml = (status: number, code: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<Error><Code>${code}</Code><Message>No</Message></Error>`,
});

describe('The template of an earlier deployment', () => {
  let s3: LoopbackServer;
  let refusal: HttpAnswer;

  beforeEach(async () => {
    refusal = xml(404, 'NoSuchKey');
    s3 = await listenOnLoopback(({ path }) => {
      const found = decodeURIComponent(path.split('?')[0] ?? '') === KEY;
      const body = JSON.stringify({ Resources: RESOURCES });
      return Promise.resolve(found ? { status: 200, headers: {}, body } : refusal);
    });
  });

  afterEach(async () => {
    await s3.close();
  });

  const read = (timestamp: string) =>
    readEarlierResources(
      { bucket: 'bucket', folder: 'serverless/layermint/prod', timestamp, file: 'template.json' },
      {
        region: 'eu-central-1',
        endpoint: s3.url,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      },
    );

  test('is found by the timestamp that the list of deployments shows', async () => {
    expect(await read('1795726559459')).toEqual(RESOURCES);
  });

  test('is undefined if there is no such deployment', async () => {
    expect(await read('1795726559458')).toBeUndefined();
  });

  test('that must not be read is an error', async () => {
    refusal = xml(403, 'AccessDenied');

    await expect(read('1795726559458')).rejects.toThrow('No');
  });
});
