import { error } from '@sveltejs/kit';
import { canImportInto, importableKinds, mayImport } from '#lib/features/imports/policy.ts';
import { UPLOAD_FAULTS } from '#lib/features/imports/schema.ts';
import { listDepartments } from '#lib/features/settings/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (!mayImport(ctx.actor)) error(403, { message: m.imports_not_allowed() });
		const kinds = importableKinds(ctx.actor);
		const departments = (await listDepartments(ctx))
			.filter(({ id }) => kinds.some((kind) => canImportInto(ctx.actor, kind, id)))
			.map(({ id, name }) => ({ id, name }));
		const asked = event.url.searchParams;
		return {
			kinds,
			departments,
			kind: kinds.find((kind) => kind === asked.get('kind')) ?? kinds[0] ?? 'company',
			departmentId:
				departments.find(({ id }) => id === event.locals.session?.currentDepartmentId)?.id ??
				departments[0]?.id ??
				'',
			fault: UPLOAD_FAULTS.find((fault) => fault === asked.get('fault')) ?? null
		};
	});
