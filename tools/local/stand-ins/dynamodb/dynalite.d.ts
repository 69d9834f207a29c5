declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An in-memory DynamoDB, not yet listening. */
  export default function dynalite(options: { readonly createTableMs: number }): Server;
}
