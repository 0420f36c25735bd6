import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../context.ts';

/** Built files are asked for by the dozen and say nothing. */
const UNINTERESTING = /^\/(_app\/|healthz$|readyz$)/;

/**
 * Writes one line per finished request: method, path, status, duration and request id. The query may
 * hold what people search for and one-time tokens, so it stays out, as do addresses and cookies.
 */
export function logRequest(log: Log, request: IncomingMessage, response: ServerResponse): void {
	const path = (request.url ?? '/').split('?')[0] ?? '/';
	if (UNINTERESTING.test(path)) return;
	const startedAt = performance.now();
	response.once('close', () => {
		const facts = {
			method: request.method,
			path,
			status: response.statusCode,
			ms: Math.round(performance.now() - startedAt),
			requestId: response.getHeader('x-request-id')
		};
		if (!response.writableFinished) log.warn('request.aborted', facts);
		else if (response.statusCode >= 500) log.error('request', facts);
		else log.info('request', facts);
	});
}
