import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
	finishReminder,
	followStep,
	removeReminder,
	snoozeReminder,
	unfollowStep
} from '#lib/features/reminders/commands.server.ts';
import { listReminders } from '#lib/features/reminders/queries.server.ts';
import {
	FollowStep,
	OneReminder,
	RemindersQuery,
	SnoozeReminder
} from '#lib/features/reminders/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	for (const noun of ['reminder', ...KIND_NAMES]) event.depends(`live:${noun}`);
	const asked = RemindersQuery.parse(
		Object.fromEntries(
			['show', 'kind', 'record'].map((name) => [
				name,
				event.url.searchParams.get(name) ?? undefined
			])
		)
	);
	return loadPage(event, async (ctx) => ({
		reminders: await listReminders(ctx, event.locals.kinds, asked),
		asked
	}));
};

export const actions = {
	done: formAction(OneReminder, finishReminder, { done: back }),
	snooze: formAction(SnoozeReminder, snoozeReminder, { done: back }),
	remove: formAction(OneReminder, removeReminder, { done: back }),
	follow: (event) =>
		formAction(FollowStep, (ctx, input) => followStep(ctx, event.locals.kinds, input), {
			done: back
		})(event),
	unfollow: formAction(FollowStep, unfollowStep, { done: back })
} satisfies Actions;

/** Without JavaScript, to the page on which it was pressed. */
function back({ request, url }: RequestEvent): void {
	const isScripted = request.headers.get('x-sveltekit-action') === 'true';
	if (!isScripted) redirect(303, safeReturnPath(url.searchParams.get('back') ?? '/reminders'));
}
