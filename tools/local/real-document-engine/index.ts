export { connect, type ConnectionWays } from './connection.ts';
export { DEMO_PDFS } from './demo-pdfs/index.ts';
export { UnusableDocumentEngineError } from './errors.ts';
export type { RealDocumentEngine, RegisteredKey } from './real-document-engine.ts';
