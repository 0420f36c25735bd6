// The server that comes with y-websocket 2.1, as its own bin/server.cjs sets it up.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { WebSocketServer } from 'ws';
import { serve } from './server.ts';

const require = createRequire(import.meta.url);
// It has no types.
const { setupWSConnection } = require('y-websocket/bin/utils') as {
	setupWSConnection(socket: unknown, request: unknown): void;
};
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', setupWSConnection);
serve(server);
