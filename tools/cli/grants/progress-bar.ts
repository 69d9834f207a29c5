const WIDTH = 30;
const BETWEEN_DRAWINGS = 100; // milliseconds

/** Shows progress in one line of a terminal. Without a terminal it shows nothing. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /**
   * @param share - 0 to 1
   * @param text - is shown beside the bar
   */
  draw(share: number, text: string): void {
    const now = Date.now();
    if (!this.#stream.isTTY || now - this.#drawnAt < BETWEEN_DRAWINGS) return;
    this.#drawnAt = now;
    const done = Math.round(share * WIDTH);
    const bar = '#'.repeat(done) + '.'.repeat(WIDTH - done);
    this.#stream.write(`\r\u001b[K[${bar}] ${Math.floor(share * 100)} %  ${text}`);
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }
}
