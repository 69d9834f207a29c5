import type { OpenableLayer } from '../../openable-document.ts';
import { layerInWords } from '../grants/grant.ts';
import type { MintDraft } from './mint-draft.ts';

/** A layer in words, and the fields of the form that choose it. */
export interface LayerChoice {
  readonly named: string;
  readonly chosen: Pick<MintDraft, 'which' | 'layer'>;
}

/** Makes the choice of a layer. @param all - the layers of the document */
export function choiceOf({ layer }: OpenableLayer, all: readonly OpenableLayer[]): LayerChoice {
  if (layer === undefined) {
    const hasDefault = all.some((it) => it.layer === '');
    return {
      named: hasDefault ? 'every other shared layer' : 'the default layer, and every other shared layer',
      chosen: { which: hasDefault ? 'named' : 'default', layer: '' },
    };
  }
  return { named: layerInWords(layer), chosen: { which: layer === '' ? 'default' : 'named', layer } };
}
