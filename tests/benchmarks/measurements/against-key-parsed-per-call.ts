import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import jsonwebtoken from 'jsonwebtoken';
import { atLeast, type Measurement } from '../measurement.ts';
import { alternate, undisturbed, Work } from '../slices.ts';
import { warmMint } from '../warm/warm-mint.ts';

const ROUNDS = 300;
const WARM_UP = 30;
const CALLS = 40;
const RSA_CALLS = 2;
const CONCURRENCY = 8;

/**
 * Compares tokens per second with the way of Nutrient's sample backend: `jsonwebtoken` with a 4096-bit RSA key, and its
 * PEM parsed on every call.
 */
export const againstKeyParsedPerCall: Measurement = {
  what: 'tokens per second, against jsonwebtoken with a 4096-bit RSA PEM per call',
  budget: atLeast(30),
  exact: false,
  measure: async () => {
    const warm = await warmMint();
    const { privateKey } = await promisify(generateKeyPair)('rsa', {
      modulusLength: 4096,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const { iat: _iat, exp: _exp, ...payload } = warm.claims;
    const mint = new Work(warm.mint, CALLS);
    const concurrently = new Work(warm.mint, CALLS, CONCURRENCY);
    const rsa = new Work(
      () => jsonwebtoken.sign(payload, privateKey, { algorithm: 'RS256', expiresIn: 3600 }),
      RSA_CALLS,
    );
    await alternate([mint, concurrently, rsa], ROUNDS, WARM_UP);
    const perSecond = (work: Work): string => `${(1e6 / undisturbed(work)).toFixed(0)}/s`;
    return {
      value: undisturbed(rsa) / undisturbed(mint),
      notes: [
        `one mint after the other ${perSecond(mint)}, jsonwebtoken ${perSecond(rsa)}; lower deciles of ${ROUNDS} slices, in turns`,
        `${CONCURRENCY} mints at a time: ${perSecond(concurrently)}, ${(undisturbed(rsa) / undisturbed(concurrently)).toFixed(1)} times jsonwebtoken, which signs on the main thread`,
      ],
    };
  },
};
