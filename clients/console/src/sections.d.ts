/** The sections, which infra/console/build-console.ts lists. */
declare module 'console:sections' {
  export const SECTIONS: readonly import('./section.ts').ConsoleSection[];
}

declare module '*.css';
