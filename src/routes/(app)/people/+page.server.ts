import { listDepartments } from '#lib/features/settings/queries.server.ts';
import { listDirectory } from '#lib/features/users/queries.server.ts';
import { DirectoryQuery } from '#lib/features/users/schema.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const query = DirectoryQuery.parse(Object.fromEntries(event.url.searchParams));
		return {
			query,
			people: await listDirectory(ctx, query),
			departments: (await listDepartments(ctx)).map(({ id, name }) => ({ id, name })),
			now: ctx.now
		};
	});
