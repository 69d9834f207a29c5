export { ApiToken, apiTokenIn } from './api-token.ts';
export { DocumentEngineClient, type DocumentEngineClientOptions, type JwtSecret } from './client.ts';
export {
  CONTENT_TYPES,
  EVERY_ACTION,
  covers,
  formatCollaborationPermission,
  isScopeName,
  parseCollaborationPermission,
  permissionNeededBy,
  type CollaborationPermission,
  type Scope,
} from './collaboration-permissions.ts';
export {
  ApiTokenUnavailableError,
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from './errors.ts';
export {
  DEFAULT_LAYER,
  DOCUMENT_ID_PATTERN,
  DOCUMENT_ID_RULE,
  LAYER_MAX_CHARACTERS,
  isLayerName,
} from './ids.ts';
export { PERMISSIONS, isPermission, type Permission } from './permissions.ts';
