const WIDTH = 30;
const BETWEEN_DRAWINGS = 100; // milliseconds

/** Shows how far something is, in one line of a terminal. Where there is no terminal it shows nothing. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /**
   * @param share - 0 to 1
   * @param text - stands beside the bar
   */
  draw(share: number, text: string): void {
    const now = Date.now();
    if (!this.#stream.isTTY || now - this.#drawnAt < BETWEEN_DRAWINGS) return;
    this.#drawnAt = now;
    const done = Math.round(share * WIDTH);
    const bar = '#'.repeat(done) + '.'.repeat(WIDTH - done);
    this.#stream.write(`\r\u001b[K[${bar}] ${Math.floor(share * 100)} %  ${text}`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }
}
