import { text } from 'node:stream/consumers';
import { createServer } from 'node:http';
import * as z from 'zod';

const Authentication = z.object({ jwt: z.string() });
const Claims = z.object({ jti: z.string() });

/** An answer to a request; `undefined` leaves it open. */
export type Answer = readonly [status: number, body: string | object] | undefined;

/**
 * A server in place of Document Engine that records the requests of the Web SDK. It answers the few that a document needs to be
 * loaded, as seen from the SDK, and grants no feature of a licence.
 */
export class RecordingDocumentEngine {
  /** Method, path and the `jti` or session token of each request, in order. Preflights and repeated polls are left out. */
  readonly requests: string[] = [];
  /** The `jti`s whose tokens and sessions are refused, each with the answer. */
  readonly refused = new Map<string, Answer>();
  readonly #once = new Map<string, () => Answer>();
  #url = '';

  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      const cors = {
        'access-control-allow-origin': request.headers.origin ?? '*',
        'access-control-allow-credentials': 'true',
        'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      };
      if (request.method === 'OPTIONS') {
        response.writeHead(204, cors).end();
        return;
      }
      const session = z.string().default('none').parse(request.headers['x-pspdfkit-token']);
      const answer = this.#answer(request.url ?? '', session, body);
      if (answer === undefined) return;
      const [status, content] = answer;
      const isText = typeof content === 'string';
      response.writeHead(status, { ...cors, 'content-type': isText ? 'text/plain' : 'application/json' });
      response.end(isText ? content : JSON.stringify(content));
    });
  });

  /**
   * Answers the next request whose path ends with a name in its own way.
   *
   * @returns resolves when that request has arrived
   */
  next(name: string, answer: () => Answer): Promise<void> {
    return new Promise((resolve) => {
      this.#once.set(name, () => {
        resolve();
        return answer();
      });
    });
  }

  static async start(): Promise<RecordingDocumentEngine> {
    const engine = new RecordingDocumentEngine();
    await new Promise<void>((resolve) => {
      engine.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = z.object({ port: z.number() }).parse(engine.#server.address());
    engine.#url = `http://127.0.0.1:${port}`;
    return engine;
  }

  get url(): string {
    return this.#url;
  }

  /** The `jti`s of the tokens that it was shown. */
  get authentications(): string[] {
    return this.requests.filter((it) => it.includes('/auth ')).map((it) => it.split(' ').at(-1) ?? '');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }

  #answer(path: string, session: string, body: string): Answer {
    const name = path.split('/').at(-1)?.split('?')[0] ?? '';
    const jti = name === 'auth' ? jtiOf(body) : session;
    this.requests.push(`${path} ${jti}`);
    const once = this.#once.get(name);
    this.#once.delete(name);
    if (once !== undefined) return once();
    if (this.refused.has(jti)) return this.refused.get(jti);
    if (name === 'auth') return [200, sessionOf(jti)];
    if (name === 'document.json') return [200, { data: { pageCount: 1, pages: [PAGE], permissions: {} } }];
    if (name === 'outline.json') return [200, { data: { outline: [] } }];
    return [404, 'There is nothing at this path'];
  }
}

const jtiOf = (body: string): string => {
  const { jwt } = Authentication.parse(JSON.parse(body));
  return Claims.parse(JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())).jti;
};

/** The answer to an authentication. The session token is the `jti`, so that each later request shows whose it is. */
const sessionOf = (jti: string): object => ({
  token: jti,
  imageToken: jti,
  permissions: ['read-document', 'write'],
  features: [],
  hasPassword: false,
  minSearchQueryLength: 3,
  layerHandle: 'handle',
  layerName: '',
  allowedTileScales: 'all',
  digitalSignatures: { status: 'not_signed', checkedAt: '2026-01-31T12:00:00Z' },
  documentEngineVersion: '1.20.0',
});

const BOX = [0, 0, 612, 792];
const MATRIX = [1, 0, 0, 1, 0, 0];
const PAGE = {
  pageIndex: 0,
  pageKey: 'page',
  pageLabel: '1',
  width: 612,
  height: 792,
  rotation: 0,
  transformedBBox: BOX,
  untransformedBBox: BOX,
  matrix: MATRIX,
  reverseMatrix: MATRIX,
};
