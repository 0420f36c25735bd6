import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mountHub } from './hub.ts';
import { collectAtFirstRest } from '#lib/server/first-rest.ts';
import { readConfig } from '#lib/server/config.ts';
import { closePool } from '#lib/server/db/pool.ts';
import { stopEnqueueing } from '#lib/server/jobs/job.ts';
import { createLog } from '#lib/server/log.ts';
import { answerHealth } from '#lib/server/web/health.ts';
import { refuseLargeBody, UPLOAD_LIMIT } from '#lib/server/web/body-limit.ts';
import { trustProxies } from '#lib/server/web/proxy.ts';
import { logRequest } from '#lib/server/web/request-log.ts';

// The web process of a build: the pages and the sync hub on one port, beside build/handler.js.

const DRAIN_MS = 10_000;

/** What the Kit adapter exports; it has no types of its own in the build. */
type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const config = readConfig(process.env);
const log = createLog({ process: 'web' });

// The adapter reads these when it is loaded. `trustProxies` makes the headers worth believing.
process.env.PROTOCOL_HEADER = 'x-forwarded-proto';
process.env.ADDRESS_HEADER = 'x-forwarded-for';
process.env.XFF_DEPTH = '1';
if (config.origin) process.env.ORIGIN = config.origin;
else delete process.env.ORIGIN;
// The largest that any path takes; `refuseLargeBody` is stricter with all but uploads.
process.env.BODY_SIZE_LIMIT = String(UPLOAD_LIMIT);

const { handler } = (await import(new URL('handler.js', import.meta.url).href)) as {
	handler: Handler;
};

let isStopping = false;

const server = createServer((request, response) => {
	trustProxies(request, config.trustedProxies);
	const [path = '/'] = (request.url ?? '/').split('?');
	if (answerHealth(path, response, isStopping)) return;
	logRequest(log, request, response);
	if (isStopping) response.setHeader('connection', 'close');
	if (refuseLargeBody(request, response)) return;
	handler(request, response, () => response.writeHead(404).end());
});
// Before the hub's own listener: it judges the Origin by these headers.
server.on('upgrade', (request) => trustProxies(request, config.trustedProxies));
const hub = mountHub(server);

server.once('error', (error: NodeJS.ErrnoException) => {
	const message = sentenceFor(error);
	log.error('web.failed', { error });
	if (process.send) process.send({ type: 'failed', message }, () => process.exit(1));
	else process.exit(1);
});

function sentenceFor({ code, message }: NodeJS.ErrnoException): string {
	const { port, host } = config;
	if (code === 'EADDRINUSE') {
		return `Port ${port} is taken by another program: stop that one, or choose another with PORT.`;
	}
	if (code === 'ENOTSUP') {
		return 'Several web processes cannot share a port on this system: leave WEB_PROCESSES at 1, or start each on a PORT of its own behind a proxy.';
	}
	return `The address ${host}:${port} cannot be opened: ${message}.`;
}

// The system divides new connections among the processes; none of them is special.
const place = { port: config.port, host: config.host, reusePort: config.webProcesses > 1 };
server.listen(place, () => {
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : config.port;
	log.info('web.ready', { port });
	process.send?.({ type: 'ready', port });
	collectAtFirstRest();
});

/** Sends sockets to another process, finishes the requests that run, then lets go of the database. */
async function stop() {
	if (isStopping) return;
	isStopping = true;
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	await hub.close();
	server.closeIdleConnections();
	const impatience = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
	await closed;
	clearTimeout(impatience);
	await stopEnqueueing();
	await closePool();
	log.info('web.stopped');
	process.exit(0);
}

process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
// Whoever started this process is gone: Postgres will follow.
process.on('disconnect', () => void stop());
