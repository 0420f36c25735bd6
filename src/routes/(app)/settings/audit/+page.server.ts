import { listAudit, listAuditChoices } from '#lib/features/activity/queries.server.ts';
import { AuditQuery } from '#lib/features/activity/schema.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const query = AuditQuery.parse(Object.fromEntries(event.url.searchParams));
		const [page, people] = await Promise.all([
			listAudit(ctx, event.locals.kinds, query),
			listAuditChoices(ctx)
		]);
		return { query, page, people };
	});
