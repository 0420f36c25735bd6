import type { IncomingMessage } from 'node:http';

/**
 * True when the page that opens this socket is ours: a cookie alone would let any site a person
 * visits speak in his name. `origin` is the configured address; without one the Host header counts.
 */
export function isOwnOrigin(request: IncomingMessage, origin: string | null): boolean {
	const claimed = request.headers.origin;
	if (!claimed || !URL.canParse(claimed)) return false;
	const page = new URL(claimed);
	if (origin && page.origin === new URL(origin).origin) return true;
	return page.host === request.headers.host;
}
