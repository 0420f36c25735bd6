import { listFaces } from '#lib/features/attachments/queries.server.ts';
import { keptCount } from '#lib/features/kept/queries.server.ts';
import { unreadCount } from '#lib/features/notifications/queries.server.ts';
import { waitingCount } from '#lib/features/requests/queries.server.ts';
import { offeredCountries } from '#lib/features/settings/queries.server.ts';
import { listViews } from '#lib/features/views/queries.server.ts';
import { listColleagues, listOwnDepartments } from '#lib/features/users/queries.server.ts';
import { together } from '#lib/server/web/together.ts';
import type { LayoutServerLoad } from './$types';
import { rightsOf } from './shell/rights.ts';

/** What the shell shows on every signed-in page. */
export const load: LayoutServerLoad = async ({ locals, cookies, depends }) => {
	depends('live:face', 'live:kept', 'live:notification', 'live:request', 'live:view');
	const ctx = locals.ctx();
	const { actor } = ctx;
	const [departments, waits, faces, views, colleagues] = await Promise.all([
		listOwnDepartments(ctx),
		together(ctx, { kept: keptCount(ctx), unread: unreadCount(ctx), requests: waitingCount(ctx) }),
		listFaces(ctx),
		listViews(ctx),
		listColleagues(ctx)
	]);
	return {
		person: {
			id: actor.id,
			name: actor.name,
			email: locals.session?.email ?? '',
			viewsPrivately: actor.viewsPrivately ?? false
		},
		departments,
		/** Who works here no more: their names stay on what was theirs. */
		gone: colleagues.filter(({ active }) => !active).map(({ id }) => id),
		/** Saved views of all lists that the reader sees. */
		views,
		/** Versions of the pictures of those colleagues who have one. */
		faces,
		/** Texts of theirs that no record took and that wait for them. */
		keptCount: waits.kept,
		/** Notifications that they have not read; 100 stands for more. */
		unreadCount: waits.unread,
		/** Requests that wait for them; late are those from before today. */
		waiting: waits.requests,
		currentDepartmentId: locals.session?.currentDepartmentId ?? null,
		colorScheme: locals.session?.colorScheme ?? 'system',
		locale: locals.locale,
		timeZone: actor.timeZone,
		/** Those that can be chosen. */
		countries: await offeredCountries(ctx),
		renderedAt: ctx.now,
		railCollapsed: cookies.get('rail') === 'collapsed',
		may: rightsOf(actor)
	};
};
