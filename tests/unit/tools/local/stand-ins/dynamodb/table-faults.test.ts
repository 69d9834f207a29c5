import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import {
  TableFaults,
  type TableFault,
} from '../../../../../../tools/local/stand-ins/dynamodb/table-faults.ts';
import { resourcesOfFile } from '../../../../../support/runtime/resources.ts';
import { listen } from '../../../../../../tools/local/stand-ins/listening.ts';

const resources = resourcesOfFile();

test.each<[TableFault, number, string]>([
  ['server-error', 500, 'InternalServerError'],
  ['throttled', 400, 'ProvisionedThroughputExceededException'],
])('A table with the fault %s answers %d until it is repaired', async (fault, status, type) => {
  const server = createServer((_, response) => response.end('carried out'));
  const faults = new TableFaults();
  faults.serve(server);
  const { url, close } = await listen(server, { port: 0 });
  const refused: string[] = [];
  const end = faults.inject(fault, (operation) => refused.push(operation));
  const ask = () => fetch(url, { method: 'POST', headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' } });
  const answer = await ask();
  expect([answer.status, await answer.text(), refused]).toEqual([
    status,
    expect.stringContaining(`#${type}"`),
    ['GetItem'],
  ]);
  end();
  expect(await (await ask()).text()).toBe('carried out');
  await close();
});

test('A slow table begins and ends its answer late, each before the functions stop waiting, and carries out the request', async () => {
  const server = createServer((_, response) => response.writeHead(201).end('carried out'));
  const pauses: number[] = [];
  const body = Promise.withResolvers<undefined>();
  const faults = new TableFaults((milliseconds) => {
    pauses.push(milliseconds);
    return pauses.length === 1 ? Promise.resolve() : body.promise;
  });
  faults.serve(server);
  const { url } = resources.adopt(await listen(server, { port: 0 }), ({ close }) => close());
  faults.inject('slow');
  const answer = await fetch(url, { method: 'POST' });
  expect(pauses).toEqual([1_100, 1_100]);
  body.resolve(undefined);
  expect([answer.status, await answer.text()]).toEqual([201, 'carried out']);
});
