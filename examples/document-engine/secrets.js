// Writes the secrets of compose.yml: `node secrets.js`. The files are new at each call, and git ignores them:
//   .env       every value that compose.yml needs
//   api-token  the API token alone, for npm start -- --document-engine-token
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? fileURLToPath(new URL('.', import.meta.url));
const random = (bytes = 32) => randomBytes(bytes).toString('hex');

// Document Engine wants a key at its first start. Nobody gets the private half: nothing can be signed for this key.
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' });

const apiToken = random();
const environment = [
  `API_AUTH_TOKEN=${apiToken}`,
  `SECRET_KEY_BASE=${random(256)}`,
  `DASHBOARD_PASSWORD=${random(16)}`,
  `POSTGRES_PASSWORD=${random()}`,
  // Compose replaces \n in double quotes by a line break.
  `JWT_PUBLIC_KEY="${pem.trim().replaceAll('\n', String.raw`\n`)}"`,
  '# The key of your licence, or of a trial. Empty: the evaluation mode.',
  'ACTIVATION_KEY=',
];

// Readable by you alone. The database keeps its first password, so a file that exists is not replaced.
const write = (path, lines) => writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
const [envFile, tokenFile] = [join(folder, '.env'), join(folder, 'api-token')];
try {
  write(envFile, environment);
  rmSync(tokenFile, { force: true });
  write(tokenFile, [apiToken]);
  process.stdout.write(`Written: ${envFile} and ${tokenFile}\n`);
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
  process.stderr.write(
    `${envFile} exists and stays as it is. To begin anew: docker compose down --volumes, and remove it.\n`,
  );
  process.exitCode = 1;
}
