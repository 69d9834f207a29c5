import { expect, test } from '@jest/globals';
import type { OpenableLayer } from '../../../../../../clients/console/src/openable-document.ts';
import { choiceOf } from '../../../../../../clients/console/src/sections/access/layer-choice.ts';

const layerOf = (layer: string | undefined): OpenableLayer => ({
  ...{ layer, anyLayer: layer === undefined, roles: ['owner'], permissions: [], expiresAt: undefined },
});
const any = layerOf(undefined);

test('The default layer and a named one choose themselves', () => {
  expect(choiceOf(layerOf(''), [])).toEqual({
    named: 'the default layer',
    chosen: { which: 'default', layer: '' },
  });
  expect(choiceOf(layerOf('review'), [])).toEqual({
    named: '“review”',
    chosen: { which: 'named', layer: 'review' },
  });
});

test('Every shared layer chooses the default one, unless that has an entry of its own', () => {
  expect(choiceOf(any, [any, layerOf('review')]).chosen).toEqual({ which: 'default', layer: '' });
  expect(choiceOf(any, [layerOf(''), any])).toEqual({
    named: 'every other shared layer',
    chosen: { which: 'named', layer: '' },
  });
});
