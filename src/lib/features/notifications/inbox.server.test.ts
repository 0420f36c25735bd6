import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { factFor } from '#tests/support/fact.ts';
import { kinds, notices } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { notifications, outgoingMails, userProfiles } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { giveRole } from '#tests/support/tasks.ts';
import {
	markRead,
	markUnread,
	notify,
	readAll,
	savePreferences,
	sendDailyMails,
	snoozeNotification
} from './commands.server.ts';
import { unreadCount, getPreferences, listNotifications } from './queries.server.ts';

const declared = { kinds, notices };
const [, assigned = notices[0]] = notices;

async function aReader(ctx: Ctx, name: string) {
	const office = await aSalesOffice(ctx, `Sales ${newId()}`);
	const person = await aColleague(ctx, name, 'manager', office);
	await ctx.db
		.update(userProfiles)
		.set({ timeZone: person.actor.timeZone })
		.where(eq(userProfiles.userId, person.actor.id));
	await giveRole(person, 'co_worker');
	await giveRole(person, 'manager');
	return person;
}

/** So many things that this person is told, each a minute after the other. */
async function tell(person: Ctx, count: number): Promise<void> {
	const recordId = await aDeal(person, { name: 'Cranes' });
	if (!assigned) throw new Error('nothing is declared');
	for (let i = 0; i < count; i++) {
		const now = new Date(person.now.getTime() + i * 60_000);
		await notify(
			{ ...person, now },
			{
				...{ userId: person.actor.id, causeId: newId(), notice: assigned, reason: 'owner' },
				...{ kind: 'deal', recordId, title: 'Cranes', actorId: null, params: {} }
			}
		);
	}
}

const shelf = async (person: Ctx, show: 'unread' | 'all' | 'snoozed') =>
	(await listNotifications(person, declared, { show, before: undefined })).items;

inRollback('an inbox is paged without a gap, and nobody else’s', async (ctx) => {
	const [ann, bob] = [await aReader(ctx, 'Ann'), await aReader(ctx, 'Bob')];
	await tell(ann, 60);
	await tell(bob, 1);
	const first = await listNotifications(ann, declared, { show: 'all', before: undefined });
	const rest = await listNotifications(ann, declared, {
		show: 'all',
		before: first.before ?? undefined
	});
	const ids = [...first.items, ...rest.items].map(({ id }) => id);
	expect([first.items.length, rest.items.length, rest.before]).toEqual([50, 10, null]);
	expect(new Set(ids).size).toBe(60);
	expect(ids).toEqual(ids.toSorted().toReversed());
	expect(await factFor(ann, unreadCount)).toBe(60);
	const [foreign] = await shelf(bob, 'all');
	const notificationId = foreign?.id ?? '';
	await expect(markRead(ann, { notificationId })).rejects.toThrow(NotFound);
	await expect(snoozeNotification(ann, { notificationId, until: 'hour' })).rejects.toThrow(
		NotFound
	);
});

inRollback(
	'all are read up to the one that was seen: what came after it stays new',
	async (ctx) => {
		const ann = await aReader(ctx, 'Ann');
		await tell(ann, 3);
		const [, second] = await shelf(ann, 'unread');
		expect(await readAll(ann, { upTo: second?.id ?? '' })).toMatchObject({ value: { count: 2 } });
		const left = await shelf(ann, 'unread');
		expect(left).toHaveLength(1);
		expect(await shelf(ann, 'all')).toHaveLength(3);
		await markUnread(ann, { notificationId: second?.id ?? '' });
		expect(await factFor(ann, unreadCount)).toBe(2);
	}
);

inRollback('what is put aside is out of sight and comes back unread', async (ctx) => {
	const ann = await aReader(ctx, 'Ann');
	await tell(ann, 1);
	const [item] = await shelf(ann, 'unread');
	await snoozeNotification(ann, { notificationId: item?.id ?? '', until: 'hour' });
	expect([await shelf(ann, 'unread'), await shelf(ann, 'all')]).toEqual([[], []]);
	expect(await shelf(ann, 'snoozed')).toHaveLength(1);
	const back = { ...ann, now: new Date(ann.now.getTime() + 3_600_001) };
	expect(await shelf(back, 'unread')).toHaveLength(1);
	expect(await factFor(back, unreadCount)).toBe(1);
});

inRollback('preferences are kept as far as they differ from what is usual', async (ctx) => {
	const ann = await aReader(ctx, 'Ann');
	const usual = await getPreferences(ann, notices);
	const of = (act: string) => usual.find((one) => one.act === act);
	expect(of('deal.assigned')).toMatchObject({ inApp: true, mail: true });
	expect(of('deal.closed')).toMatchObject({ inApp: true, mail: false });
	await savePreferences(ann, notices, {
		...{ mailPace: 'daily', dayStartsAt: '07:15' },
		wants: (channel, act) => (channel === 'mail' ? act === 'deal.closed' : act !== 'deal.shared')
	});
	const chosen = await getPreferences(ann, notices);
	expect(chosen.filter(({ mail }) => mail).map(({ act }) => act)).toEqual(['deal.closed']);
	expect(chosen.filter(({ inApp }) => !inApp).map(({ act }) => act)).toEqual(['deal.shared']);
});

inRollback(
	'who wants one mail a day gets it when his day has begun, once, with everything',
	async (ctx) => {
		const ann = await aReader(ctx, 'Ann');
		await savePreferences(ann, notices, {
			...{ mailPace: 'daily', dayStartsAt: '08:30' },
			wants: () => true
		});
		await tell(ann, 3);
		const mails = () =>
			ctx.db.select().from(outgoingMails).where(eq(outgoingMails.userId, ann.actor.id));
		const at = (instant: string): Ctx => ({ ...ctx, now: new Date(instant) });
		await sendDailyMails(at('2031-06-02T06:29:00Z'), declared);
		expect(await mails()).toEqual([]);
		await sendDailyMails(at('2031-06-02T06:30:00Z'), declared);
		await sendDailyMails(at('2031-06-02T06:35:00Z'), declared);
		expect(await mails()).toMatchObject([
			{ purpose: 'digest', subject: 'Tandem: 3 things happened' }
		]);
		await tell(ann, 1);
		await sendDailyMails(at('2031-06-02T12:00:00Z'), declared);
		expect(await mails()).toHaveLength(1);
		await sendDailyMails(at('2031-06-03T06:30:00Z'), declared);
		expect(await mails()).toHaveLength(2);
		const left = await ctx.db.select().from(notifications).where(eq(notifications.mail, 'waiting'));
		expect(left).toEqual([]);
	}
);
