export { createDocumentEngine } from './document-engine-in-memory.ts';
export type { DocumentEngine, DocumentEngineOperation, HeldSecret } from './document-engine-in-memory.ts';
export { startDocumentEngine, type LocalDocumentEngine } from './document-engine-server.ts';
export { defaultBehaviour } from './options.ts';
export type {
  Algorithm,
  Document,
  DocumentEngineOptions,
  KeyChoice,
  UndocumentedBehaviour,
} from './options.ts';
export type { ClientClaims, Permission } from './token-claims.ts';
export type { Verification } from './tokens.ts';
