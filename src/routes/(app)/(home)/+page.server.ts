import { listDealSteps } from '#lib/features/deals/queries.server.ts';
import { listChanged, listNotifications } from '#lib/features/notifications/queries.server.ts';
import { listDueReminders } from '#lib/features/reminders/queries.server.ts';
import { listWaiting } from '#lib/features/requests/queries.server.ts';
import { listTaskSteps } from '#lib/features/tasks/queries.server.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { daysAfter, instantIn, todayIn } from '#lib/shared/days.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import type { PageServerLoad } from './$types.js';

const AHEAD_DAYS = 7;
const STEPS = 60;
const OTHERS = 10;
const NEWS = 5;

/** The page of the day: what one has to do, what is new, what one wanted to be reminded of. */
export const load: PageServerLoad = (event) => {
	for (const noun of ['notification', 'reminder', ...KIND_NAMES]) event.depends(`live:${noun}`);
	return loadPage(event, async (ctx) => {
		const { timeZone } = ctx.actor;
		const today = todayIn(timeZone, ctx.now);
		const until = daysAfter(today, AHEAD_DAYS);
		const { kinds } = event.locals;
		const [deals, tasks, requests, reminders, changed, news] = await Promise.all([
			listDealSteps(ctx, until, STEPS),
			listTaskSteps(ctx, until, STEPS),
			listWaiting(ctx, OTHERS),
			listDueReminders(ctx, kinds, instantIn(timeZone, daysAfter(today, 1), '00:00'), OTHERS),
			listChanged(ctx, kinds, OTHERS),
			listNotifications(ctx, event.locals, { show: 'unread', before: undefined }, NEWS)
		]);
		const steps = [
			...deals.map((step) => ({ ...step, kind: 'deal' as const })),
			...tasks.map((step) => ({ ...step, kind: 'task' as const }))
		].toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.name.localeCompare(b.name)));
		const isCut = deals.length === STEPS || tasks.length === STEPS;
		return { today, steps, isCut, requests, reminders, changed, news };
	});
};
