import {
  isSame,
  NONCE_HEADER,
  PROOF_HEADER,
  proofOfAnswer,
  proofOfRequest,
  randomText,
  writeSecretFiles,
} from '../../../tools/local/proof/index.ts';
import {
  listenOnLoopback,
  type HttpAnswer,
  type HttpRequest,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';
import { COMMANDS_PATH } from '../../../tools/local/stack/routes/paths.ts';

/** A server in place of the local stack, which commands accept as such. */
export interface ProvenServer extends LoopbackServer {
  readonly port: string;
}

/**
 * Starts it on a free port.
 *
 * @param answer - answers each request; one for commands has proven its secret
 * @param secret - a new one unless given
 */
export async function startProvenServer(
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
  secret = randomText(),
): Promise<ProvenServer> {
  const server = await listenOnLoopback(async (request) => {
    if (!request.path.startsWith(COMMANDS_PATH)) return answer(request);
    const { method, path: target, headers } = request;
    const [nonce, given] = [NONCE_HEADER, PROOF_HEADER].map((name) => String(headers[name]));
    if (nonce === undefined || !isSame(given, proofOfRequest(secret, { method, target, nonce })))
      return { status: 403, headers: {}, body: '' };
    const answered = await answer(request);
    const proof = proofOfAnswer(secret, nonce, answered.status, answered.body.toString());
    return { ...answered, headers: { ...answered.headers, [PROOF_HEADER]: proof } };
  });
  const { port } = new URL(server.url);
  const files = writeSecretFiles(Number(port), secret);
  return {
    url: server.url,
    port,
    close: () => {
      files.remove();
      return server.close();
    },
  };
}
