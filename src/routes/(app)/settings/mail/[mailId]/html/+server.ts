import { getMail } from '#lib/features/mail/queries.server.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { RequestHandler } from './$types.js';

/** A mail as its reader sees it, in a frame of our own where it can do and load nothing. */
export const GET: RequestHandler = (event) =>
	loadPage(event, async (ctx) => {
		const { html } = await getMail(ctx, event.params.mailId);
		return new Response(html, {
			headers: {
				'content-type': 'text/html; charset=utf-8',
				'content-security-policy':
					"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
				'x-frame-options': 'SAMEORIGIN'
			}
		});
	});
