import { expect, test } from '@jest/globals';
import { startMoto } from '../support/aws/moto.ts';

test('A setup that fails ends the process that it started', async () => {
  let url = '';
  const failing = startMoto(0, async (dynamoDB) => {
    const { hostname, port, protocol } = (await dynamoDB.config.endpoint?.()) ?? {};
    url = `${protocol}//${hostname}:${port}/`;
    await expect(fetch(url)).resolves.toMatchObject({ status: 200 });
    throw new Error('the table cannot be created');
  });
  await expect(failing).rejects.toThrow('the table cannot be created');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});
