import { jest } from '@jest/globals';

/**
 * Counts the signatures that WebCrypto has under way, until `jest.restoreAllMocks()`. Each takes one turn of the event loop longer,
 * in which the others can begin.
 *
 * @returns a function that tells the most at one time so far
 */
export function signaturesUnderWay(): () => number {
  const { subtle } = globalThis.crypto;
  const sign = subtle.sign.bind(subtle);
  let [now, most] = [0, 0];
  jest.spyOn(subtle, 'sign').mockImplementation(async (...request) => {
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    now -= 1;
    return sign(...request);
  });
  return () => most;
}
