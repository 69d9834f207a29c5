import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from '../../../infra/packaging/bundle.ts';
import { FUNCTIONS, type FunctionName } from '../../../lib/wiring/environments.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { startCold, type PackagedFunction } from '../lambda-runtime/cold-start.ts';
import { withWorkspace } from '../packaged-functions.ts';
import { HELLO_WORLD, LIMIT } from './compared-functions.ts';
import { statusOf } from './first-invocations/answer-status.ts';
import { NOT_INVOKED, startColdStack, type FirstInvocation } from './first-invocations/cold-stack.ts';
import { loopbackCertificates } from './tls/certificate-authority.ts';

/** A function with its first event. */
export interface ReadyFunction {
  readonly name: string;
  readonly packaged: PackagedFunction;
  readonly event: unknown;
  /** The status of its first answer; undefined if it gives none. */
  readonly status: number | undefined;
  /** It is only initialized. */
  readonly initAlone: boolean;
}

/** All packaged functions, ready to start, and the AWS that they call. */
export interface ColdWorkspace {
  readonly directory: string;
  readonly functions: ReadonlyMap<FunctionName, ReadyFunction>;
  readonly hello: ReadyFunction;
  readonly limit: ReadyFunction;
}

/** Finds the file of a function: `mintToken` is `mint-token`. */
export const fileOf = (name: FunctionName): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The path of a function's source. */
export const sourceOf = (name: FunctionName): string =>
  fileURLToPath(new URL(`../../../functions/${fileOf(name)}.ts`, import.meta.url));

/**
 * Packages every function, starts the local stack, and wakes each function once.
 *
 * @param client - the path of AWS's Node runtime client
 */
export function withColdWorkspace<Result>(
  client: string,
  use: (workspace: ColdWorkspace) => Promise<Result>,
): Promise<Result> {
  return withWorkspace(async (directory) => {
    await mkdir(join(directory, 'functions'));
    for (const name of FUNCTIONS) await bundleFunction(sourceOf(name), bundleOf(directory, name));
    await writeFile(join(directory, 'hello.cjs'), HELLO_WORLD);
    await writeFile(join(directory, 'limit.cjs'), LIMIT);
    const certificates = loopbackCertificates(systemClock.now());
    const authority = join(directory, 'authority.pem');
    await writeFile(authority, certificates.authority);

    const packagedOf = ({ name, environment }: FirstInvocation): PackagedFunction => ({
      directory,
      handler: `functions/${fileOf(name)}.handler`,
      environment: { ...environment, NODE_EXTRA_CA_CERTS: authority },
    });
    const statuses = new Map<FunctionName, number | undefined>();
    const stack = await startColdStack(certificates, async (invocation) => {
      const start = await startCold(client, packagedOf(invocation), invocation.event);
      if (!statuses.has(invocation.name)) statuses.set(invocation.name, statusOf(start.answer));
      return start;
    });
    try {
      const functions = new Map<FunctionName, ReadyFunction>();
      for (const [name, invocation] of stack.invocations) {
        const { event } = invocation;
        const packaged = packagedOf(invocation);
        const initAlone = NOT_INVOKED[name] !== undefined;
        functions.set(name, { name, packaged, event, status: statuses.get(name), initAlone });
      }
      const [FIRST = '', SECOND = ''] = stack.answering;
      const compared = { event: {}, status: 200, initAlone: false };
      return await use({
        directory,
        functions,
        hello: {
          ...{ ...compared, name: 'hello world' },
          packaged: { directory, handler: 'hello.handler', environment: {} },
        },
        limit: {
          ...{ ...compared, name: 'the limit' },
          packaged: {
            ...{ directory, handler: 'limit.handler' },
            environment: { FIRST, SECOND, NODE_EXTRA_CA_CERTS: authority },
          },
        },
      });
    } finally {
      await stack.close();
    }
  });
}

/** The path of a function's bundle, as in its zip. */
export const bundleOf = (directory: string, name: FunctionName): string =>
  join(directory, 'functions', `${fileOf(name)}.cjs`);
