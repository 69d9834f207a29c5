// Stands in front of a Lambda handler over HTTP, as API Gateway does. It verifies no caller token. Each request becomes the event of
// EVENT_FILE, with its own headers and body.
'use strict';

/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, which starts sooner */
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');

const { HANDLER_FILE, EVENT_FILE } = process.env;

const template = JSON.parse(readFileSync(EVENT_FILE, 'utf8'));
const { handler } = require(HANDLER_FILE);

let requests = 0;

async function serve(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = { ...template.headers, ...request.headers };
  const event = { ...template, headers, body: Buffer.concat(chunks).toString() };
  requests += 1;
  const context = { awsRequestId: `request-${requests}`, getRemainingTimeInMillis: () => 10_000 };
  const answer = await handler(event, context);
  response.writeHead(answer.statusCode, answer.headers).end(answer.body);
}

createServer((request, response) => {
  serve(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(0, '127.0.0.1');
