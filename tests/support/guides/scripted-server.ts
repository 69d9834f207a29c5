import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** An answer that the server is told to give. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A request that it was sent. */
export interface ReceivedRequest {
  readonly route: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on this machine that gives answers in a given order. */
export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** Starts a server. It answers 500 once its answers have run out. */
export async function startScriptedServer(answers: readonly ScriptedAnswer[]): Promise<ScriptedServer> {
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { status, headers, body: answer } = answers[received.length] ?? { status: 500, body: {} };
      const { method = '', url = '' } = request;
      received.push({ route: `${method} ${url}`, headers: request.headers, body });
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: async () => {
      await server[Symbol.asyncDispose]();
    },
  };
}
