/** A run stopped before its end. The same call again continues. */
export abstract class Stopped<Progress> extends Error {
  readonly progress: Progress;

  /** @param progress - of the part that is done */
  constructor(reason: string, progress: Progress, cause?: unknown) {
    super(reason, { cause });
    this.progress = progress;
  }
}
