import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { listen } from '../../../../../tools/local/stand-ins/listening.ts';
import { parseCommandLine } from '../../../../../tools/local/stack/command-line.ts';
import { assertPlacesFree, holdPlace, placesFrom } from '../../../../../tools/local/stack/places.ts';
import { resourcesOfFile } from '../../../../support/runtime/resources.ts';

const resources = resourcesOfFile();

test('The issuer and Document Engine have the two ports after the API’s', () => {
  expect(placesFrom({ port: 4747, network: '192.168.1.20' })).toEqual({
    api: { port: 4747, network: '192.168.1.20' },
    issuer: { port: 4748, network: '192.168.1.20' },
    documentEngine: { port: 4749, network: '192.168.1.20' },
  });
});

test('With port 0, each part gets a free port', () => {
  const { api, issuer, documentEngine } = placesFrom({ port: 0 });
  expect([api.port, issuer.port, documentEngine.port]).toEqual([0, 0, 0]);
});

test('A taken port is named with the part that needs it', async () => {
  const taken = await listen(createServer(), { port: 0 });
  const port = Number(new URL(taken.url).port);
  await expect(assertPlacesFree({ api: { port: 0 }, issuer: { port } })).rejects.toMatchObject({
    name: 'PortTakenError',
    message: `Port ${port}, for the issuer, is already taken`,
  });
  await taken.close();
  await expect(assertPlacesFree({ issuer: { port } })).resolves.toBeUndefined();
});

test('A held place is taken, answers nothing, and is free again after it', async () => {
  const held = resources.adopt(await holdPlace({ port: 0 }), (it) => it.close());
  const { port } = held.place;
  expect(held.url).toBe(`http://127.0.0.1:${port}`);
  await expect(assertPlacesFree({ api: { port } })).rejects.toMatchObject({ name: 'PortTakenError' });
  await expect(fetch(held.url)).rejects.toThrow('fetch failed');
  await held.close();
  await held.close();
  await expect(assertPlacesFree({ api: { port } })).resolves.toBeUndefined();
});

test('--port leaves room for the ports of the issuer and Document Engine', () => {
  expect(parseCommandLine(['--port', '65533']).port).toBe(65_533);
  expect(() => parseCommandLine(['--port', '65534'])).toThrow(
    '--port must be a port number from 0 to 65533, not "65534"',
  );
});

test('--host is an address of this machine, and absent unless given', () => {
  const interfaces = { en0: [{ address: '192.168.1.20', family: 'IPv4' as const, internal: false }] };
  expect(parseCommandLine(['--host', 'lan'], false, interfaces).network).toBe('192.168.1.20');
  expect(parseCommandLine([], false, interfaces).network).toBeUndefined();
  expect(() => parseCommandLine(['--host', '0.0.0.0'], false, interfaces)).toThrow('--host must be');
});
