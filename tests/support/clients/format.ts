import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConnectivityEvent, TokenRequest } from '../../../clients/typescript/src/index.ts';

const SCENARIOS = fileURLToPath(new URL('../../../clients/scenarios/', import.meta.url));

/** Members of an outcome, a token or an error, as far as a scenario lists them. */
export type Members = Readonly<Record<string, unknown>>;

/** A request as a scenario expects it. Absent members are not compared. */
export interface ExpectedRequest {
  readonly method?: string;
  readonly path: string;
  readonly url?: string;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Headers of an answer. `null` leaves out one that the runner sets itself. */
export type AnsweredHeaders = Readonly<Record<string, string | null>>;

/** A token that the runner makes from its request. */
export interface AnsweredToken extends Members {
  readonly jwt: string;
  readonly lifeSeconds?: number;
  readonly refreshSeconds?: number;
}

/** One result of a batch, as the server answers it. */
export interface AnsweredResult {
  readonly token?: AnsweredToken;
  readonly status?: number;
  readonly problem?: Members;
}

/** An answer of the server: a token, results of a batch, or a status with headers and a body. */
export interface AnswerStep {
  readonly answer: string;
  readonly token?: AnsweredToken;
  readonly results?: readonly AnsweredResult[];
  readonly status?: number;
  readonly headers?: AnsweredHeaders;
  readonly body?: unknown;
  readonly text?: string;
}

/** A call of the app. `close` alone has no name. */
export type CallStep =
  | {
      readonly call: 'token';
      readonly as: string;
      readonly request: TokenRequest;
      readonly atLeastMs?: number;
    }
  | { readonly call: 'renew'; readonly as: string; readonly request: TokenRequest; readonly refused?: string }
  | { readonly call: 'watch'; readonly as: string; readonly request: TokenRequest }
  | { readonly call: 'batch'; readonly as: string; readonly requests: readonly TokenRequest[] }
  | { readonly call: 'signOut'; readonly as: string; readonly revokeTokens?: boolean }
  | { readonly call: 'close' };

/** The answer to calls of `callerToken`. */
export interface CallerTokenAnswer {
  readonly gives?: string;
  readonly fails?: string;
  readonly asks?: true;
}

/** One step. clients/scenarios/README.md describes each. */
export type Step =
  | CallStep
  | AnswerStep
  | { readonly abort: string }
  | { readonly closeWatch: string }
  | { readonly event: ConnectivityEvent }
  | { readonly user: string }
  | { readonly callerToken: CallerTokenAnswer }
  | ({ readonly expectCallerToken: { readonly renew: boolean } } & CallerTokenAnswer)
  | { readonly expectNoCallerToken: true }
  | { readonly expectRequest: ExpectedRequest; readonly as?: string }
  | { readonly expectRequests: readonly ExpectedRequest[]; readonly as: readonly string[] }
  | { readonly expectNoRequest: true }
  | { readonly expectAborted: string }
  | { readonly networkError: string }
  | { readonly advanceMs: number }
  | { readonly sleepMs: number }
  | { readonly setDeviceClockMs: number }
  | { readonly expectPending: string }
  | { readonly expectToken: string; readonly token: Members }
  | { readonly expectError: string; readonly error: Members }
  | {
      readonly expectResults: string;
      readonly results: readonly { readonly token?: Members; readonly error?: Members }[];
    }
  | { readonly expectSignedOut: string; readonly result?: Members }
  | { readonly expectNotified: string; readonly token?: Members; readonly error?: Members }
  | { readonly expectNotNotified: string }
  | { readonly expectEvents: readonly Members[] };

/** Options of the source and its surroundings. */
export interface Stage {
  readonly api?: string;
  readonly maxWaitMs?: number;
  readonly requestTimeoutMs?: number;
  readonly random?: readonly number[];
  readonly user?: string;
  readonly deviceClockMs?: number;
  readonly offline?: true;
}

/** A scenario of clients/scenarios. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly source?: Stage;
  readonly steps: readonly Step[];
}

/** A scenario with the path of its file below clients/scenarios. */
export interface ScenarioFile {
  readonly file: string;
  readonly scenario: Scenario;
}

const parsed = (file: string): unknown => JSON.parse(readFileSync(SCENARIOS + file, 'utf8'));

/** Reads the JSON Schema of the files. */
export function readScenarioSchema(): object {
  return parsed('scenario.schema.json') as object;
}

/** Reads all files of clients/scenarios, in the order of their paths. Their form is not checked. */
export function readScenarios(): readonly ScenarioFile[] {
  return readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && basename(file) !== 'scenario.schema.json')
    .toSorted()
    .map((file) => ({ file, scenario: parsed(file) as Scenario }));
}
