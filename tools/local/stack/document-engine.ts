import type { Clock } from '../../../lib/runtime/clock.ts';
import { UnusableDocumentEngineError, type RealDocumentEngine } from '../real-document-engine/index.ts';
import { startDocumentEngine, type LocalDocumentEngine } from '../stand-ins/document-engine/index.ts';
import type { Place } from '../stand-ins/listening.ts';
import { DEMO_DOCUMENTS } from './demo/demo.ts';
import { PROBE_DOCUMENT } from './demo/demo-prober.ts';
import type { SigningKeyPair } from './demo/demo-signing-key.ts';

/** The Document Engine of a stack: the stand-in, or one that runs elsewhere. */
export interface UsedDocumentEngine extends Pick<
  LocalDocumentEngine,
  'url' | 'inject' | 'takeOver' | 'refuseRevocation' | 'forgetRevocations' | 'close'
> {
  readonly kind: 'stand-in' | 'real';
  /** The version of a real one. */
  readonly version?: string;
}

/** The inputs of a stand-in. */
export interface StandInOptions {
  readonly clock: Clock;
  readonly signingKey: SigningKeyPair;
  readonly apiToken: string;
  readonly place: Place;
}

/** Starts the stand-in with the demo documents and the prober's, unless there is a real Document Engine. That one keeps running without the stack. */
export async function documentEngineFor(
  real: RealDocumentEngine | undefined,
  { clock, signingKey, apiToken, place }: StandInOptions,
): Promise<UsedDocumentEngine> {
  if (real !== undefined) {
    const refuse = (fault: string): never => {
      throw new UnusableDocumentEngineError(
        `${fault}: the stack uses the real Document Engine at ${real.url}, and faults need the stand-in.`,
      );
    };
    return {
      kind: 'real',
      url: real.url,
      version: real.version,
      inject: (operation) => refuse(`The operation "${operation}" cannot be made to fail`),
      takeOver: () => refuse('Its keys cannot be replaced'),
      refuseRevocation: () => refuse('It cannot be made to refuse a revocation'),
      forgetRevocations: () => refuse('It cannot be made to forget revocations'),
      close: () => Promise.resolve(),
    };
  }
  const { alg: algorithm, publicKey } = signingKey;
  const documents = [...DEMO_DOCUMENTS, PROBE_DOCUMENT];
  const options = { clock, algorithm, publicKey, apiToken, documents };
  const standIn = await startDocumentEngine(options, place);
  return { ...standIn, kind: 'stand-in' };
}
