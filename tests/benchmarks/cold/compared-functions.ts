/** A function that does nothing. */
export const HELLO_WORLD = 'exports.handler = async () => ({ statusCode: 200, body: "Hello, world" });\n';

/**
 * The least that a function needs that asks Secrets Manager and DynamoDB once each: `node:https` and two round trips with TLS, the
 * first of which begins during init. It parses nothing and signs nothing.
 *
 * Its environment: `FIRST` and `SECOND`, two addresses.
 */
export const LIMIT = `
const https = require('node:https');
const agent = new https.Agent({ keepAlive: true });
const get = (url) => new Promise((resolve, reject) => {
  https.get(url, { agent }, (response) => { response.resume().once('end', resolve); }).once('error', reject);
});
const first = get(process.env.FIRST);
exports.handler = async () => {
  await first;
  await get(process.env.SECOND);
  return { statusCode: 200, body: 'Two round trips' };
};
`;
