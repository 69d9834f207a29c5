import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Milliseconds } from '../../lib/runtime/time.ts';
import { isSame, NONCE_HEADER, PROOF_HEADER, proofOfAnswer, randomText } from '../local/proof/index.ts';
import { PROOF_PATH, PROOF_STATUS } from '../local/stand-ins/aws-access.ts';
import { UnprovenAnswerError } from './proven-exchange.ts';

/** The longest answer to the question for a proof, in bytes. */
const LONGEST = 4096;

/** The stack proves itself at once. A program that never answers must not keep the command from ending. */
const TIME_LIMIT: Milliseconds = 10_000;

const KEPT: AgentOptions = { keepAlive: true };

/**
 * Opens connections to the local stack's AWS. Before a request goes over a connection, the other end must prove that it knows the
 * session token. So a private key reaches nobody else, not even if the stack dies between two requests and another program takes
 * its port.
 */
export class ProvenAgent extends Agent {
  readonly #sessionToken: string;

  constructor(sessionToken: string) {
    super(KEPT);
    this.#sessionToken = sessionToken;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const socket = connect(options as NetConnectOpts);
    demandProof(socket, this.#sessionToken).then(
      () => callback?.(null, socket),
      (error: unknown) => {
        socket.destroy();
        callback?.(error instanceof Error ? error : new UnprovenAnswerError(), socket);
      },
    );
    return undefined;
  }
}

/** Asks for the proof, and reads nothing but the answer to it. */
async function demandProof(socket: Socket, sessionToken: string): Promise<void> {
  const nonce = randomText();
  socket.setTimeout(TIME_LIMIT, () => socket.destroy());
  socket.write(`GET ${PROOF_PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\n${NONCE_HEADER}: ${nonce}\r\n\r\n`);
  const head = await headOf(socket);
  const given = head
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${PROOF_HEADER}: `))
    ?.slice(PROOF_HEADER.length + 2);
  if (!isSame(given, proofOfAnswer(sessionToken, nonce, PROOF_STATUS, ''))) throw new UnprovenAnswerError();
  socket.setTimeout(0);
  socket.removeAllListeners('timeout');
}

/** Reads an answer without a body. @throws UnprovenAnswerError if it is longer, Error if the connection ends before */
function headOf(socket: Socket): Promise<string> {
  let head = '';
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      socket.off('data', onData).off('error', reject).off('close', onClose);
      act();
    };
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (head.length > LONGEST || (end !== -1 && end !== head.length - 4))
        settle(() => {
          reject(new UnprovenAnswerError());
        });
      else if (end !== -1)
        settle(() => {
          resolve(head);
        });
    };
    const onClose = (): void => {
      settle(() => {
        reject(new UnprovenAnswerError());
      });
    };
    socket.on('data', onData).on('error', reject).on('close', onClose);
  });
}
