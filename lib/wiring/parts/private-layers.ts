import { isLayerName } from '../../document-engine/index.ts';
import { checked } from '../../runtime/environment.ts';

/** The variable of a function that distinguishes private layers from shared ones. */
export const ofPrivateLayers = {
  PRIVATE_LAYER_PREFIX: checked(
    isLayerName,
    'must be one or more characters of a layer name: no "*", no control characters',
  ),
};
