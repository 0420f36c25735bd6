interface Safety {
	readonly https: boolean;
	/** It is shown to somebody who is signed in. */
	readonly isPrivate: boolean;
	/** A page that other sites may show in their own. */
	readonly framed?: boolean;
}

/**
 * Headers every answer carries; the content policy itself is in the Kit configuration. What somebody who
 * is signed in is shown stays in no cache, so that "back" after signing out shows nothing of it.
 */
export function secure({ headers }: Response, { https, isPrivate, framed = false }: Safety): void {
	// The head of the page names the same files; on a page of many parts they fill more than proxies and
	// clients take for a header.
	headers.delete('link');
	if (isPrivate && !headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
	headers.set('x-content-type-options', 'nosniff');
	headers.set('referrer-policy', 'same-origin');
	if (framed) allowFrames(headers);
	// Only the frame that shows a mail asks for less.
	else if (!headers.has('x-frame-options')) headers.set('x-frame-options', 'DENY');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('permissions-policy', 'camera=(), geolocation=(), payment=()');
	if (https) headers.set('strict-transport-security', 'max-age=31536000');
}

/** Everything else of the content policy stays. */
function allowFrames(headers: Headers): void {
	const policy = headers.get('content-security-policy');
	if (!policy) return;
	headers.set(
		'content-security-policy',
		policy.replace("frame-ancestors 'none'", 'frame-ancestors *')
	);
}
