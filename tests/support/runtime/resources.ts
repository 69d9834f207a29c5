import { afterAll } from '@jest/globals';

/**
 * Opens a stack of resources that is closed after the last test of a file, in reverse order. A setup that fails half
 * way closes the servers and processes that it has started. Call it at the top of a file or of a `describe`.
 *
 *     const resources = resourcesOfFile();
 *     beforeAll(async () => {
 *       stack = resources.adopt(await startLocalStack(), (it) => it.stop());
 *     });
 */
export function resourcesOfFile(): AsyncDisposableStack {
  const resources = new AsyncDisposableStack();
  afterAll(() => resources.disposeAsync());
  return resources;
}
