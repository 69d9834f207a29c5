import { type Random } from '../../../lib/runtime/random.ts';

/** Chooses 80 % of a token's life as the time to refresh: two thirds of the way from 70 to 85 %. */
export const twoThirds: Random = () => 2 / 3;
