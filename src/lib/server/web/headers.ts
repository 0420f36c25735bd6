/** Headers every answer carries; the content policy itself is in the Kit configuration. */
export function secure(response: Response, { https }: { https: boolean }): void {
	const { headers } = response;
	headers.set('x-content-type-options', 'nosniff');
	headers.set('referrer-policy', 'same-origin');
	// Only the frame that shows a mail asks for less.
	if (!headers.has('x-frame-options')) headers.set('x-frame-options', 'DENY');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('permissions-policy', 'camera=(), geolocation=(), payment=()');
	if (https) headers.set('strict-transport-security', 'max-age=31536000');
}
