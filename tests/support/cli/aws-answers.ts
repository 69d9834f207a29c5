import {
  jsonAnswer,
  listenOnLoopback,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';

/** The error of an AWS service of any of its protocols, by the name that its client throws. */
export function awsError(code: string, message = 'No'): HttpAnswer {
  const { body } = jsonAnswer(400, { __type: code, Type: 'User', Message: message, message });
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
    body,
  };
}

/**
 * Starts a server that answers an AWS client.
 *
 * @param answer - gets the operation in `X-Amz-Target`, or the path of a service without one
 */
export const startAws = (answer: (operation: string, body: string) => HttpAnswer): Promise<LoopbackServer> =>
  listenOnLoopback(({ path, headers, body }) => {
    const target = headers['x-amz-target'];
    return Promise.resolve(answer(typeof target === 'string' ? target : path, body));
  });

/** The answer of CloudFormation, which speaks XML, about one stack. */
export function stackAnswer(
  fields: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, string>>,
): HttpAnswer {
  const members = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  const shown = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return xml(
    200,
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>layermint-prod</StackName>${members.join('')}<Outputs>${shown.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );
}

/** An error of CloudFormation. */
export const stackError = (code: string, message: string): HttpAnswer =>
  xml(
    400,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );

const xml = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body,
});
