// The least that Node can answer over HTTP: tells how fast the machine is at the moment.
import http from 'node:http';

const server = http.createServer((_request, response) => response.end('hello'));
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	process.send?.(typeof address === 'object' ? address?.port : null);
});
process.on('disconnect', () => process.exit());
