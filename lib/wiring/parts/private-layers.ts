import { isLayerName } from '../../document-engine/index.ts';
import { checked } from '../../runtime/environment.ts';

/** The variable of a function that tells private layers from others. */
export const ofPrivateLayers = {
  PRIVATE_LAYER_PREFIX: checked(
    isLayerName,
    'must be one or more characters of a layer name: no "*", no control characters',
  ),
};
