import type { IncomingHttpHeaders } from 'node:http';

interface Incoming {
	readonly headers: IncomingHttpHeaders;
	readonly socket: { readonly remoteAddress?: string | undefined };
}

const FORWARDED = [
	'forwarded',
	'x-forwarded-for',
	'x-forwarded-proto',
	'x-forwarded-host'
] as const;

/**
 * Leaves exactly what may be believed in the headers: the client's address, protocol and host as the
 * trusted proxies saw them, or as the socket shows them when there is none. Anybody can send these
 * headers, so whatever came with the request is replaced.
 */
export function trustProxies({ headers, socket }: Incoming, hops: number): void {
	const told = {
		address: hops > 0 ? fromEnd(headers['x-forwarded-for'], hops) : undefined,
		protocol: hops > 0 ? fromEnd(headers['x-forwarded-proto'], 1) : undefined,
		host: hops > 0 ? fromEnd(headers['x-forwarded-host'], 1) : undefined
	};
	for (const name of FORWARDED) delete headers[name];
	headers['x-forwarded-for'] = told.address ?? socket.remoteAddress ?? '';
	headers['x-forwarded-proto'] = told.protocol === 'https' ? 'https' : 'http';
	if (told.host && /^[\w.:[\]-]+$/.test(told.host)) headers.host = told.host;
}

/** Each proxy appends what it saw, so the trusted ones are counted from the end. */
function fromEnd(header: string | string[] | undefined, position: number): string | undefined {
	const parts = [header ?? []].flat().join(',').split(',');
	return parts.at(-position)?.trim() || undefined;
}
