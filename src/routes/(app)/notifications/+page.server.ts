import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
	markRead,
	markUnread,
	muteRecord,
	readAll,
	snoozeNotification,
	unmuteRecord
} from '#lib/features/notifications/commands.server.ts';
import { listNotifications } from '#lib/features/notifications/queries.server.ts';
import {
	InboxQuery,
	MutedRecord,
	OneNotification,
	ReadAll,
	SnoozeNotification
} from '#lib/features/notifications/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	for (const noun of ['notification', ...KIND_NAMES]) event.depends(`live:${noun}`);
	const asked = InboxQuery.parse({
		show: event.url.searchParams.get('show') ?? undefined,
		before: event.url.searchParams.get('before') ?? undefined
	});
	return loadPage(event, async (ctx) => ({
		list: await listNotifications(ctx, event.locals, asked),
		asked
	}));
};

export const actions = {
	read: formAction(OneNotification, markRead, { done: back }),
	unread: formAction(OneNotification, markUnread, { done: back }),
	all: formAction(ReadAll, readAll, { done: back }),
	snooze: formAction(SnoozeNotification, snoozeNotification, { done: back }),
	mute: formAction(MutedRecord, muteRecord, { done: back }),
	unmute: formAction(MutedRecord, unmuteRecord, { done: back })
} satisfies Actions;

/** Without JavaScript, to the page on which it was pressed. */
function back({ request, url }: RequestEvent): void {
	const isScripted = request.headers.get('x-sveltekit-action') === 'true';
	if (!isScripted) redirect(303, safeReturnPath(url.searchParams.get('back') ?? '/notifications'));
}
