// Loaded into each measured process before its program (node -r). It tells the parent process the port on which the program listens,
// and answers each message with the use of the processor and of memory.
'use strict';

/* eslint-disable @typescript-eslint/no-require-imports -- node -r takes CommonJS */
const { subscribe } = require('node:diagnostics_channel');

subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => {
  process.send({ port: server.address().port });
});

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicros: user + system, residentBytes: process.memoryUsage.rss() });
});

// No measured process outlives its parent.
process.on('disconnect', () => process.exit());
