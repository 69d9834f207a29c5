import { zipSize } from '../zip-size.ts';
import type { Contender } from './contenders.ts';
import { filesIn } from './dependencies.ts';
import { MeasuredProcess } from './measured-process.ts';
import { send, serve, tokenIn, verified } from './requests.ts';

/** A cold start, from the start of the process to the arrival of the first token. */
interface Start {
  readonly milliseconds: number;
  /** The use of the processor, by all threads. */
  readonly cpuMilliseconds: number;
}

/** A slice of a warm process's work. */
interface Slice {
  readonly tokensPerSecond: number;
  /** The use of the processor for each token, in microseconds. */
  readonly cpuMicros: number;
}

/** The measurements of one contender. */
export class Trial {
  readonly name: string;
  /** The number of deployed files. */
  files = 0;
  /** Their size in a zip. */
  zipBytes = 0;
  readonly starts: Start[] = [];
  /** The memory of the process after the warm-up. */
  residentBytes = 0;
  readonly slices: Slice[] = [];
  /** The time from each request of a slice to its answer, in milliseconds. */
  readonly latencies: number[] = [];

  readonly #contender: Contender;
  readonly #documentId: string;
  #warm: MeasuredProcess | undefined;

  /** @param documentId - the document that every token must open */
  constructor(contender: Contender, documentId: string) {
    this.name = contender.name;
    this.#contender = contender;
    this.#documentId = documentId;
  }

  /** Measures the deployed files. */
  async measureFiles(): Promise<void> {
    const files = await filesIn(this.#contender.directory);
    this.files = files.length;
    this.zipBytes = zipSize(files);
  }

  /** Starts a new process, and asks it for one token. @param counts - false for a start that only reads the files from disk */
  async coldStart(counts: boolean): Promise<void> {
    const begun = performance.now();
    const started = await this.#start();
    try {
      const answer = await send(started.port, this.#contender.request);
      const milliseconds = performance.now() - begun;
      const { cpuMicros } = await started.usage();
      await this.#check(tokenIn(this.#contender, answer));
      if (counts) this.starts.push({ milliseconds, cpuMilliseconds: cpuMicros / 1000 });
    } finally {
      await started.stop();
    }
  }

  /** Starts the process of the slices, lets it mint, and measures its memory. */
  async warmUp(tokens: number, connections: number): Promise<void> {
    this.#warm = await this.#start();
    await serve(this.#contender, this.#warm.port, tokens, connections);
    ({ residentBytes: this.residentBytes } = await this.#warm.usage());
  }

  /** Asks the warm process for tokens. */
  async slice(tokens: number, connections: number): Promise<void> {
    if (this.#warm === undefined) throw new Error('Nothing is warm.');
    const before = await this.#warm.usage();
    const served = await serve(this.#contender, this.#warm.port, tokens, connections);
    const after = await this.#warm.usage();
    this.slices.push({
      tokensPerSecond: (tokens / served.milliseconds) * 1000,
      cpuMicros: (after.cpuMicros - before.cpuMicros) / tokens,
    });
    this.latencies.push(...served.latencies);
  }

  /** Stops the warm process, if there is one. */
  async stop(): Promise<void> {
    await this.#warm?.stop();
  }

  #start(): Promise<MeasuredProcess> {
    return MeasuredProcess.start(this.#contender.program, this.#contender.environment);
  }

  /** @throws Error unless the token opens the document: the measurement would then mean nothing */
  async #check(jwt: string): Promise<void> {
    const { document_id: documentId } = await verified(this.#contender, jwt);
    if (documentId !== this.#documentId) throw new Error(`${this.name} minted for ${String(documentId)}`);
  }
}
