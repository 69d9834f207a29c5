import * as z from 'zod';
import type { EngineApi } from './engine-api.ts';
import { UnusableDocumentEngineError } from './errors.ts';
import { fromJson } from '../../cli/from-json.ts';

/** A Document Engine that answers and accepts the API token. */
export interface Examined {
  /** As in its `Server` header, such as `1.20.0`. */
  readonly version: string;
  /** The id of its current key in its list; undefined if it has none. */
  readonly currentKey: number | undefined;
}

const Entries = z.array(z.object({ id: z.int(), expiresAt: z.string().nullish() }));

/**
 * Makes sure that a Document Engine runs at the address and accepts the API token. It changes nothing. The token is sent only after the
 * other side has said that it is a Document Engine.
 *
 * @throws UnusableDocumentEngineError that names the cure
 */
export async function examine(api: EngineApi): Promise<Examined> {
  const { status, headers } = await api.ask('/healthcheck');
  const server = [headers['server']].flat().join();
  const [, version] = /^Document Engine\/(\d+(?:\.\d+)+)/.exec(server) ?? [];
  if (status !== 200) {
    const cure =
      version === undefined
        ? 'Check that this is the base URL of Document Engine.'
        : 'It is starting or faulty: see its log.';
    throw new UnusableDocumentEngineError(`${api.url}/healthcheck answers ${status}. ${cure}`);
  }
  if (version === undefined) {
    throw new UnusableDocumentEngineError(
      `${api.url} does not say that it is Document Engine, so it did not get the API token: its answer lacks "Server: Document Engine/…", ` +
        'which releases since 1.6 send. If a proxy before it replaces this header, give the address behind the proxy.',
    );
  }
  return { version, currentKey: await readCurrentKey(api) };
}

/** Reads the id of the current key: the one entry of the list without an expiry. @throws UnusableDocumentEngineError */
export async function readCurrentKey(api: EngineApi): Promise<number | undefined> {
  const { status, body } = await api.askAsBackend('/api/secrets/jwt');
  const { data } = Entries.safeParse(status === 200 ? fromJson(body) : undefined);
  if (data === undefined) {
    throw new UnusableDocumentEngineError(
      `Document Engine at ${api.url} does not list its keys: GET /api/secrets/jwt ${status === 200 ? 'has another answer than documented' : `answers ${status}`}. It must be 1.6 or newer, and no proxy may change its API.`,
    );
  }
  return data.find(({ expiresAt }) => expiresAt === undefined || expiresAt === null)?.id;
}
