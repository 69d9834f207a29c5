import * as z from 'zod';
import { asReachedBy } from '../../stand-ins/web-pages.ts';
import type { Invoke } from '../../stand-ins/lambda/index.ts';

const Event = z.object({ headers: z.object({ host: z.string() }) });
const Result = z.looseObject({ body: z.string() });

/** The members of the API's answers that hold Document Engine's address, in the API's own JSON. */
const ADDRESSES = /"(serverUrl|documentUrl)":"(http:\/\/[^"\\]+)"/g;

/**
 * Rewrites Document Engine's address in the functions' answers so that the sender of the request can reach it there. A deployed
 * Document Engine has one address for everyone. That of this machine differs for a page on it, an emulator and a phone.
 */
export function withReachableAddresses(invoke: Invoke): Invoke {
  return async (functionName, event) => {
    const result = await invoke(functionName, event);
    const sent = Event.safeParse(event);
    const answer = Result.safeParse(result);
    if (!sent.success || !answer.success) return result;
    const { host } = sent.data.headers;
    const body = answer.data.body.replaceAll(
      ADDRESSES,
      (_, name: string, url: string) => `"${name}":"${asReachedBy(host, url)}"`,
    );
    return { ...answer.data, body };
  };
}
