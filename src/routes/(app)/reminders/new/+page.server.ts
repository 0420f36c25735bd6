import { redirect } from '@sveltejs/kit';
import { getPace } from '#lib/features/notifications/queries.server.ts';
import { createReminder } from '#lib/features/reminders/commands.server.ts';
import { remindable } from '#lib/features/reminders/queries.server.ts';
import { AboutRecord, CreateReminder } from '#lib/features/reminders/schema.ts';
import { NotFound } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { daysAfter, todayIn } from '#lib/shared/days.ts';
import { newId } from '#lib/shared/ids.ts';
import { addressOf } from '#lib/shared/kinds.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Always of a record: from elsewhere none is offered. */
export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const asked = AboutRecord.safeParse({
			kind: event.url.searchParams.get('kind'),
			recordId: event.url.searchParams.get('record')
		});
		if (!asked.success) throw new NotFound('record');
		const [record, { dayStartsAt }] = await Promise.all([
			remindable(ctx, event.locals.kinds, asked.data),
			getPace(ctx)
		]);
		return {
			record,
			id: newId(),
			on: daysAfter(todayIn(ctx.actor.timeZone, ctx.now), 1),
			at: dayStartsAt
		};
	});

export const actions = {
	default: (event) =>
		formAction(CreateReminder, (ctx, input) => createReminder(ctx, event.locals.kinds, input), {
			done: (_event, { kind, recordId }) => redirect(303, addressOf(kind, recordId))
		})(event)
} satisfies Actions;
