import type { IncomingMessage, ServerResponse } from 'node:http';

const MB = 1024 * 1024;

/** The largest body that any path takes; uploads stream to the disk and check what they want. */
export const UPLOAD_LIMIT = 120 * MB;
/** A form or a request of the interface is read into memory as a whole. */
const FORM_LIMIT = 2 * MB;

const UPLOAD_PATH = /\/upload$/;

/**
 * Answers 413 to a body that is too large for its path, and 411 to one that does not say its size; true
 * when it did. Only upload paths, which do not hold the body in memory, take more.
 */
export function refuseLargeBody(request: IncomingMessage, response: ServerResponse): boolean {
	const [path = '/'] = (request.url ?? '/').split('?');
	if (UPLOAD_PATH.test(path)) return false;
	const status = refusalOf(request.headers);
	if (!status) return false;
	// The rest of the body is on its way: this connection is of no more use.
	response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
	response.end(status === 413 ? 'This is too large.\n' : 'Say how large this is.\n');
	return true;
}

function refusalOf(headers: IncomingMessage['headers']): 411 | 413 | null {
	const length = headers['content-length'];
	if (length !== undefined) return Number(length) > FORM_LIMIT ? 413 : null;
	return headers['transfer-encoding'] ? 411 : null;
}
