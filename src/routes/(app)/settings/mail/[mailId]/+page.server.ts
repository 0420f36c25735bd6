import { getMail } from '#lib/features/mail/queries.server.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		// The page shows the mail's own HTML from another address, where it can do nothing.
		const { html: _html, ...mail } = await getMail(ctx, event.params.mailId);
		return { mail };
	});
