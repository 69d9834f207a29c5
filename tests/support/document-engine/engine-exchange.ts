import type { HttpCall } from '../../../tools/cli/http-call.ts';
import type { Send } from '../../../tools/local/real-document-engine/engine-api.ts';
import { inMemoryFetch } from '../../../tools/local/stand-ins/in-memory-fetch.ts';
import {
  jsonAnswer,
  type HttpAnswer,
  type HttpHandler,
} from '../../../tools/local/stand-ins/loopback-server.ts';

/** A request that a handler got. */
export interface Received {
  readonly url: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Sends the requests of a real Document Engine's client to a handler, without a socket, and notes them. */
export function sendTo(handler: HttpHandler): { readonly send: Send; readonly received: Received[] } {
  const fetch = inMemoryFetch(handler);
  const received: Received[] = [];
  const send = async (url: string, { method = 'GET', headers = {}, body = '' }: HttpCall = {}) => {
    received.push({ url, method, authorization: headers['authorization'], body });
    const answer = await fetch(url, { method, headers, ...(body !== '' && { body }) });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };
  return { send, received };
}

/** Answers each `METHOD /path` with the given answer, and everything else with 404. A healthcheck is there unless given. */
export function answering(
  answers: Readonly<Record<string, HttpAnswer>>,
  server = 'Document Engine/1.9.0',
): HttpHandler {
  const all: Record<string, HttpAnswer> = {
    'GET /healthcheck': jsonAnswer(200, {}),
    'GET /api/secrets/jwt': jsonAnswer(200, [{ id: 1, expiresAt: null }]),
    ...answers,
  };
  return ({ method, path }) => {
    const answer = all[`${method} ${path}`] ?? jsonAnswer(404, {});
    return Promise.resolve({ ...answer, headers: { server, ...answer.headers } });
  };
}
