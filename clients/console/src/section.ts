import type { ComponentType } from 'preact';

/** The properties that a section gets. */
export interface SectionProps {
  /** The rest of the address after the section's own path, in decoded segments. It never holds a token. */
  readonly path: readonly string[];
}

/** A section of the console. The build finds each `sections/<name>/index.tsx` and lists its `section`. */
export interface ConsoleSection {
  /** Its place in the address: `#/<path>`. */
  readonly path: string;
  /** Its name in the navigation, its heading, and a part of the page's title. */
  readonly title: string;
  /** Sections with a smaller position come first. */
  readonly position: number;
  readonly Section: ComponentType<SectionProps>;
}

/** The name of the stage that `npm start` runs. No stage on AWS can have it. */
export const LOCAL_STAGE = 'local';
