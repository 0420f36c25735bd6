import { redirect } from '@sveltejs/kit';
import { changeReminder } from '#lib/features/reminders/commands.server.ts';
import { getReminder } from '#lib/features/reminders/queries.server.ts';
import { ChangeReminder } from '#lib/features/reminders/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { timeIn, todayIn } from '#lib/shared/days.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const reminder = await getReminder(ctx, event.locals.kinds, event.params.reminderId);
		const { timeZone } = ctx.actor;
		const at = reminder.dueAt ?? ctx.now;
		return { reminder, on: todayIn(timeZone, at), at: timeIn(timeZone, at) };
	});

export const actions = {
	default: formAction(ChangeReminder, changeReminder, { done: () => redirect(303, '/reminders') })
} satisfies Actions;
