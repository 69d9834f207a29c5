import { ROUTES } from '../../lib/http/routes/catalogue.ts';
import { startStack } from '../local/stack/stack.ts';
import { type ExampleRequest } from './example-request.ts';
import { type Exchange } from './exchanges.ts';
import { REQUESTS } from './requests.ts';
import { type JsonObject } from './schemas.ts';
import { OPERATIONS } from './service.ts';
import { ISSUER_URL, KEY, SERVER_URL, StandIns } from './stand-ins.ts';

/** The local stack answered with an unexpected status, or a request refers to an answer that does not exist. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** The headers that describe the answer's content. */
const KEPT_HEADERS = ['ETag', 'Location'];

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/**
 * Starts the local stack, sends it every request of the list, and records its answers, with stand-ins.
 *
 * @throws RecordingError for an answer with another status than in the list
 */
export async function recordExchanges(): Promise<Exchange[]> {
  const stack = await startStack({ port: 0, logLevel: 'warn' });
  try {
    const standIns = new StandIns({
      [stack.documentEngine]: SERVER_URL,
      [stack.issuer]: ISSUER_URL,
      [stack.signingKey.kid]: KEY.kid,
      [stack.issuer]: ISSUER_URL,
      [new URL(stack.issuer).host]: new URL(ISSUER_URL).host,
    });
    const answers = new Map<string, Answer>();
    const exchanges: Exchange[] = [];
    for (const [at, request] of REQUESTS.entries()) {
      const live = withAnswers(request, answers);
      const token = stack.callers[request.caller ?? '']?.token;
      const answer = await send(stack.api, live, token);
      if (answer.status !== request.status) {
        const told = JSON.stringify(answer.body);
        throw new RecordingError(
          `${request.operation} "${request.name}" was answered ${answer.status}, not ${request.status}: ${told}`,
        );
      }
      answers.set(`${request.operation}.${request.name}`, answer);
      exchanges.push(exchangeOf(at + 1, live, answer, standIns));
    }
    return exchanges;
  } finally {
    await stack.close();
  }
}

/** Replaces a request's references to earlier answers with their values. */
function withAnswers(request: ExampleRequest, answers: ReadonlyMap<string, Answer>): ExampleRequest {
  const text = JSON.stringify(request).replaceAll(
    /«([^».]+\.[^».]+)\.([^»]+)»/g,
    (_, from: string, member: string) => {
      const answer = answers.get(from);
      const value = answer?.headers[member] ?? answer?.body?.[member];
      if (typeof value !== 'string') throw new RecordingError(`${from} was answered no ${member} before.`);
      return JSON.stringify(value).slice(1, -1);
    },
  );
  return JSON.parse(text) as ExampleRequest;
}

async function send(api: string, request: ExampleRequest, token: string | undefined): Promise<Answer> {
  const { operation, parameters = {}, body } = request;
  const places = new Map(
    OPERATIONS.find(({ id }) => id === operation)?.prose.parameters?.map((it) => [it.name, it.in]),
  );
  const given = (place: string): [string, string][] =>
    Object.entries(parameters).filter(([name]) => places.get(name) === place);
  const [method = '', route = ''] = ROUTES[operation].key.split(' ');
  const path = given('path').reduce(
    (result, [name, value]) => result.replace(`{${name}}`, encodeURIComponent(value)),
    route,
  );
  const query = given('query').map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const response = await fetch(`${api}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`, {
    method,
    headers: {
      ...Object.fromEntries(given('header')),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '') && text !== '';
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    status: response.status,
    headers: Object.fromEntries(headers),
    ...(isJson && { body: JSON.parse(text) as JsonObject }),
  };
}

function exchangeOf(step: number, request: ExampleRequest, answer: Answer, standIns: StandIns): Exchange {
  const { operation, name, summary, caller, parameters, body, status, shows } = request;
  const fixed = <T>(value: T): T => JSON.parse(standIns.in(JSON.stringify(value))) as T;
  const path = `${operation} ${name}`;
  // The body first: some headers repeat a value of the body.
  const answered = answer.body && (standIns.of(shown(answer.body, shows), path) as JsonObject);
  return {
    step,
    operation,
    name,
    summary,
    ...(caller !== undefined && { caller }),
    ...(parameters !== undefined && { parameters: fixed(parameters) }),
    ...(body !== undefined && { body: fixed(body) }),
    status,
    ...(Object.keys(answer.headers).length > 0 && {
      headers: standIns.of(answer.headers, path) as Record<string, string>,
    }),
    ...(answered !== undefined && { answer: answered }),
  };
}

/** Leaves only the checks that a request wants to show in its answer. */
function shown(body: JsonObject, rules: ExampleRequest['shows']): JsonObject {
  const { checks } = body;
  if (rules === undefined || !Array.isArray(checks)) return body;
  return { ...body, checks: checks.filter((check: { rule: string }) => rules.includes(check.rule)) };
}
