import { devNull } from 'node:os';
import * as z from 'zod';
import { type Milliseconds } from '../../lib/runtime/time.ts';
import { readSecretFile, SecretFileError, sessionTokenOf } from '../local/proof/index.ts';
import { DEFAULT_PORT } from '../local/stack/command-line.ts';
import { FULL_DESCRIPTION_PATH, functionPath } from '../local/stack/routes/paths.ts';
import { localClient, localCredentials } from '../local/stand-ins/aws-account.ts';
import { isLoopbackUrl } from '../local/stand-ins/web-pages.ts';
import { UsageError } from './errors.ts';
import { type HttpAnswer } from './http-call.ts';
import { ProvenAgent } from './proven-agent.ts';
import { exchange, NoAnswerError, UnprovenAnswerError } from './proven-exchange.ts';
import { fromJson } from './from-json.ts';

/** The schema of an address on this machine. No answer may send a command elsewhere. */
export const LoopbackUrl = z.string().max(256).refine(isLoopbackUrl);

/** The part of the local stack's description that a command needs. */
const Description = z.object({
  callers: z.record(z.string(), z.object({ token: z.string() })),
  documents: z.tuple([z.string()], z.string()),
});

const Refusal = z.object({ message: z.string() });

/** The configuration of a client of the AWS SDK. */
export type LocalAws = ReturnType<typeof localClient> & {
  readonly requestHandler: {
    readonly httpAgent: ProvenAgent;
    readonly connectionTimeout: Milliseconds;
    readonly requestTimeout: Milliseconds;
  };
};

/** The stack answers from memory. */
const AWS_TIME_LIMIT: Milliseconds = 10_000;

/** A demo user of the local stack, and the first of its demo documents. */
export interface DemoAccess {
  readonly callerToken: string;
  readonly documentId: string;
}

/**
 * The service that `npm start` runs on this machine. Any program can hold its port. So a command takes answers only from the stack
 * that wrote the secret of this port into a file of this user, and takes nothing but data from them: addresses of this machine,
 * names, and demo users' tokens. Region and credentials are the command's own.
 */
export class LocalStack {
  /** Base URL of its API. */
  readonly api: string;
  readonly #secret: string;

  /** @throws UsageError if no local stack of this folder runs at the port */
  constructor(port = String(DEFAULT_PORT)) {
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
      throw new UsageError(`--port must be a port number, not "${port}".`);
    this.api = `http://127.0.0.1:${Number(port)}`;
    this.#secret = secretOf(Number(port)) ?? this.#doesNotRun();
  }

  /**
   * Reads a part of its description.
   *
   * @param path - one of its paths for commands
   * @throws UsageError if it does not answer, or another program does
   */
  async read<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    const { body } = await this.#ask('GET', path);
    const { data } = schema.safeParse(fromJson(body));
    if (data === undefined)
      throw new UsageError(
        `The local stack at ${this.api} is of another version than this command. Start it again with npm start.`,
      );
    return data;
  }

  /**
   * Changes something, and reads the answer.
   *
   * @param path - one of its paths for commands, with its query
   * @throws Error with the stack's reason if it refuses, UsageError like `read`
   */
  async change<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    const { status, body } = await this.#ask('POST', path);
    const answer = fromJson(body);
    const { data } = schema.safeParse(answer);
    if (status === 200 && data !== undefined) return data;
    const reason = Refusal.safeParse(answer).data?.message ?? `it answered ${status}`;
    throw new Error(`The local stack did not do this: ${reason}`);
  }

  /** Replaces the processes of a function. @throws Error if that fails, UsageError like `read` */
  async restart(functionName: string): Promise<void> {
    const { status } = await this.#ask('POST', functionPath(functionName, 'restart'));
    if (status !== 200) throw new Error(`The local stack did not restart the function ${functionName}.`);
  }

  /** Gets a demo user's token. @throws UsageError if there is no such user, or like `read` */
  async signIn(user: string): Promise<DemoAccess> {
    const { callers, documents } = await this.read(FULL_DESCRIPTION_PATH, Description);
    const caller = Object.hasOwn(callers, user) ? callers[user] : undefined;
    if (caller === undefined)
      throw new UsageError(
        `The local stack has no user "${user}". Its users are ${Object.keys(callers).join(', ')}.`,
      );
    return { callerToken: caller.token, documentId: documents[0] };
  }

  /**
   * Points a client of the AWS SDK at one of its services, which must prove themselves on each connection. The user's AWS files have
   * no say from now on: a profile can name programs to run.
   *
   * @param endpoint - an address of this machine, from `read`
   */
  aws(endpoint: string): LocalAws {
    process.env['AWS_CONFIG_FILE'] = devNull;
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = devNull;
    const sessionToken = sessionTokenOf(this.#secret);
    return {
      ...localClient(endpoint, localCredentials(sessionToken)),
      requestHandler: {
        httpAgent: new ProvenAgent(sessionToken),
        connectionTimeout: AWS_TIME_LIMIT,
        requestTimeout: AWS_TIME_LIMIT,
      },
    };
  }

  async #ask(method: 'GET' | 'POST', path: string): Promise<Pick<HttpAnswer, 'status' | 'body'>> {
    try {
      return await exchange(this.api, this.#secret, method, path);
    } catch (error) {
      if (error instanceof NoAnswerError) return this.#doesNotRun();
      if (!(error instanceof UnprovenAnswerError)) throw error;
      throw new UsageError(
        `The program at ${this.api} is not the local stack that was started here: it does not know the stack's secret. It got nothing from this command. Stop it, or start a stack with another port: npm start -- --port 0`,
      );
    }
  }

  #doesNotRun(): never {
    throw new UsageError(
      `No local stack of this folder answers at ${this.api}. Start it with npm start, give its port with --port, or call this command in the folder and as the user of npm start.`,
    );
  }
}

function secretOf(port: number): string | undefined {
  try {
    return readSecretFile(port);
  } catch (error) {
    throw error instanceof SecretFileError ? new UsageError(error.message) : error;
  }
}
