export {
  CONTENT_TYPES,
  EVERY_ACTION,
  covers,
  formatCollaborationPermission,
  isScopeName,
  parseCollaborationPermission,
  permissionNeededBy,
  type CollaborationPermission,
} from './collaboration-permissions.ts';
export { DEFAULT_LAYER, DOCUMENT_ID_PATTERN, LAYER_MAX_CHARACTERS, isLayerName } from './ids.ts';
export { PERMISSIONS, isPermission, type Permission } from './permissions.ts';
