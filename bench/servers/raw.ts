// The limit of the sync measurements: sockets by room, and every frame to all others in it. Nothing is
// understood, checked, merged or kept.
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { serve } from './server.ts';

const rooms = new Map<string, Set<WebSocket>>();
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

sockets.on('connection', (socket, { url = '/' }) => {
	const room = rooms.get(url) ?? new Set();
	rooms.set(url, room.add(socket));
	socket.on('close', () => room.delete(socket));
	socket.on('message', (frame) => {
		for (const other of room) if (other !== socket) other.send(frame);
	});
});
serve(server);
