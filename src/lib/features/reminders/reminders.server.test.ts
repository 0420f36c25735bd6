import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { closeDeal, reopenDeal, saveDeal } from '#lib/features/deals/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { listNotifications } from '#lib/features/notifications/queries.server.ts';
import { assignTask, saveTask } from '#lib/features/tasks/commands.server.ts';
import { kinds, notices } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	notificationSettings,
	outgoingMails,
	reminders,
	userProfiles
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { trash } from '#lib/server/records/trash.ts';
import { daysAfter } from '#lib/shared/days.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { runJobs } from '#tests/support/jobs.ts';
import { anOffice, aTask, giveRole } from '#tests/support/tasks.ts';
import {
	changeReminder,
	createReminder,
	fireDue,
	fireReminder,
	finishReminder,
	followStep,
	removeReminder,
	snoozeReminder,
	unfollowStep
} from './commands.server.ts';
import { listReminders, remindersAt } from './queries.server.ts';

const { db } = await testDatabase();
const declared = { kinds, notices };
const ALL = { show: 'active' } as const;

/** A seller in Berlin, at noon of a day in early summer unless said otherwise. */
async function aSeller(ctx: Ctx, name = 'Ann', timeZone = 'Europe/Berlin'): Promise<Ctx> {
	const office = await aSalesOffice(ctx, `Sales ${newId()}`);
	const person = await aColleague(ctx, name, 'manager', office);
	await giveRole(person, 'co_worker');
	await giveRole(person, 'manager');
	await ctx.db
		.update(userProfiles)
		.set({ timeZone })
		.where(eq(userProfiles.userId, person.actor.id));
	return { ...person, actor: { ...person.actor, timeZone }, now: at('2026-06-01T10:00:00Z') };
}

const at = (instant: string) => new Date(instant);
const later = (ctx: Ctx, instant: string): Ctx => ({ ...ctx, now: at(instant) });

const inbox = async (person: Ctx) =>
	(await listNotifications(person, declared, { show: 'unread', before: undefined })).items;

const mailsTo = (person: Ctx) =>
	person.db.select().from(outgoingMails).where(eq(outgoingMails.userId, person.actor.id));

const WISH = { subject: 'Ask for the drawings', description: null, sendMail: true } as const;

async function aReminder(person: Ctx, wish: object = {}): Promise<string> {
	const recordId = await aDeal(person, { name: 'Cranes', nextStepOn: '2026-06-10' });
	const input = { ...WISH, kind: 'deal' as const, recordId, on: '2026-06-02', at: '09:00' };
	const made = await createReminder(person, kinds, { ...input, ...wish });
	return made.value.reminderId;
}

const row = async ({ db }: Ctx, id: string) => {
	const [found] = await db.select().from(reminders).where(eq(reminders.id, id));
	return found;
};

describe('a reminder', () => {
	inRollback(
		'[T371, C372] that is due gives one notice and one mail with its text, and then is not active any more',
		async (ctx) => {
			const office = await anOffice(ctx);
			const erik = await office.hire('Erik');
			const recordId = await aTask(erik, { name: 'Pack' });
			const today = new Date().toISOString().slice(0, 10);
			// A time that has passed is due at once.
			const { value } = await createReminder(erik, kinds, {
				...{ kind: 'task', recordId, on: today, at: '00:00' },
				...{ subject: 'Count the boxes', description: 'All of them, twice.', sendMail: true }
			});
			expect(await runJobs(ctx, 'reminders.fire')).toBe(1);
			await fireDue(ctx, kinds);
			expect(await inbox(erik)).toMatchObject([
				{
					sentence: 'Reminder: Count the boxes (“Pack”)',
					href: `/tasks/${recordId}`,
					reminderId: value.reminderId
				}
			]);
			const mails = await mailsTo(erik);
			expect(mails).toHaveLength(1);
			expect(mails[0]?.subject).toContain('Count the boxes');
			expect(mails[0]?.text).toContain('All of them, twice.');
			expect(await row(ctx, value.reminderId)).toMatchObject({ state: 'fired' });
		}
	);

	inRollback(
		'without a note is mailed with its subject; without a wish for mail not at all',
		async (ctx) => {
			const ann = await aSeller(ctx);
			await aReminder(ann);
			await aReminder(ann, { sendMail: false, subject: 'Quietly' });
			await fireDue(later(ctx, '2026-06-02T07:00:00Z'), kinds);
			const mails = await mailsTo(ann);
			expect(mails.map(({ text }) => text.includes('Ask for the drawings'))).toEqual([true]);
			expect(await inbox(ann)).toHaveLength(2);
		}
	);

	inRollback(
		'comes when it is that time where its owner is, on either side of both changes of clocks',
		async (ctx) => {
			const ann = await aSeller(ctx);
			const dueOn = async (on: string, time = '09:00') =>
				(await row(ctx, await aReminder(ann, { on, at: time })))?.dueAt?.toISOString();
			expect(await dueOn('2026-03-28')).toBe('2026-03-28T08:00:00.000Z');
			expect(await dueOn('2026-03-29')).toBe('2026-03-29T07:00:00.000Z');
			expect(await dueOn('2026-10-24')).toBe('2026-10-24T07:00:00.000Z');
			expect(await dueOn('2026-10-25')).toBe('2026-10-25T08:00:00.000Z');
			// Clocks skip half past two: an hour later. They show it twice: the first time.
			expect(await dueOn('2026-03-29', '02:30')).toBe('2026-03-29T01:30:00.000Z');
			expect(await dueOn('2026-10-25', '02:30')).toBe('2026-10-25T00:30:00.000Z');
			const kiri = await aSeller(ctx, 'Kiri', 'Pacific/Auckland');
			expect((await row(ctx, await aReminder(kiri)))?.dueAt?.toISOString()).toBe(
				'2026-06-01T21:00:00.000Z'
			);
		}
	);

	inRollback(
		'is not early, and one that was moved to later does not come at its old time',
		async (ctx) => {
			const ann = await aSeller(ctx);
			const reminderId = await aReminder(ann);
			await fireDue(later(ctx, '2026-06-02T06:59:00Z'), kinds);
			expect(await inbox(ann)).toEqual([]);
			await changeReminder(ann, { ...WISH, reminderId, on: '2026-06-03', at: '09:00' });
			await fireReminder(later(ctx, '2026-06-02T07:00:00Z'), kinds, { reminderId });
			expect(await inbox(ann)).toEqual([]);
			await fireReminder(later(ctx, '2026-06-03T07:00:00Z'), kinds, { reminderId });
			expect(await inbox(ann)).toHaveLength(1);
		}
	);

	inRollback('that became due while no worker ran comes as soon as one does', async (ctx) => {
		const ann = await aSeller(ctx);
		await aReminder(ann);
		await fireDue(later(ctx, '2026-06-20T12:00:00Z'), kinds);
		expect(await inbox(ann)).toHaveLength(1);
	});

	inRollback('is put off and comes again; done, it does not', async (ctx) => {
		const ann = await aSeller(ctx);
		const reminderId = await aReminder(ann);
		await fireDue(later(ctx, '2026-06-02T07:00:00Z'), kinds);
		await snoozeReminder(later(ann, '2026-06-02T07:05:00Z'), { reminderId, until: 'tomorrow' });
		// What it had said is read.
		expect(await inbox(ann)).toEqual([]);
		expect((await row(ctx, reminderId))?.dueAt?.toISOString()).toBe('2026-06-03T06:30:00.000Z');
		await fireDue(later(ctx, '2026-06-03T06:30:00Z'), kinds);
		expect(await inbox(ann)).toHaveLength(1);
		await finishReminder(ann, { reminderId });
		await fireDue(later(ctx, '2026-07-01T06:30:00Z'), kinds);
		expect(await inbox(ann)).toEqual([]);
	});

	inRollback('[A-020] is its owner’s alone', async (ctx) => {
		const [ann, bob] = [await aSeller(ctx), await aSeller(ctx, 'Bob')];
		const reminderId = await aReminder(ann);
		expect(await listReminders(bob, kinds, ALL)).toEqual([]);
		expect(await listReminders(ann, kinds, ALL)).toHaveLength(1);
		await expect(removeReminder(bob, { reminderId })).rejects.toThrow(NotFound);
		await expect(finishReminder(bob, { reminderId })).rejects.toThrow(NotFound);
		await expect(snoozeReminder(bob, { reminderId, until: 'hour' })).rejects.toThrow(NotFound);
		await expect(
			changeReminder(bob, { ...WISH, reminderId, on: '2026-06-03', at: '09:00' })
		).rejects.toThrow(NotFound);
		// Nor is one made at what one may not see.
		const recordId = await aDeal(ann);
		const foreign = { ...WISH, kind: 'deal' as const, recordId, on: '2026-06-03', at: '09:00' };
		await expect(createReminder(bob, kinds, foreign)).rejects.toThrow(NotFound);
	});

	inRollback('at a record that went to the trash still says its owner’s own words', async (ctx) => {
		const ann = await aSeller(ctx);
		const reminderId = await aReminder(ann);
		await trash(ann, dealRecords, (await row(ctx, reminderId))?.recordId ?? '');
		await fireDue(later(ctx, '2026-06-02T07:00:00Z'), kinds);
		expect(await inbox(ann)).toMatchObject([
			{ sentence: expect.stringContaining('Ask for the drawings'), href: null }
		]);
	});

	inRollback('pressed twice is one', async (ctx) => {
		const ann = await aSeller(ctx);
		const recordId = await aDeal(ann);
		const id = newId();
		const wish = { ...WISH, id, kind: 'deal' as const, recordId, on: '2026-06-02', at: '09:00' };
		await createReminder(ann, kinds, wish);
		await createReminder(ann, kinds, wish);
		expect(await remindersAt(ann, { kind: 'deal', recordId })).toMatchObject({ count: 1 });
	});
});

describe('“remind me” of a next step [core 5.12]', () => {
	const step = { kind: 'deal' as const };

	inRollback(
		'[T166, T167] follows its text and its day, whoever changes them [A-022, A-024, A-025]',
		async (ctx) => {
			const ann = await aSeller(ctx);
			const recordId = await aDeal(ann, { nextStep: 'Call', nextStepOn: '2026-06-02' });
			expect(await followStep(ann, kinds, { ...step, recordId })).toMatchObject({ ok: true });
			const shown = async () => (await listReminders(ann, kinds, ALL))[0];
			expect(await shown()).toMatchObject({
				...{ subject: 'Call', state: 'active', followsStep: true },
				dueAt: at('2026-06-02T06:40:00Z')
			});
			await saveDeal(ann, recordId, [{ field: 'nextStep', set: 'Write' }]);
			expect(await shown()).toMatchObject({ subject: 'Write' });
			await saveDeal(ann, recordId, [{ field: 'nextStepOn', set: '2026-06-04' }]);
			expect(await shown()).toMatchObject({ subject: 'Write', dueAt: at('2026-06-04T06:40:00Z') });
			await saveDeal(ann, recordId, [
				{ field: 'nextStep', set: 'Visit' },
				{ field: 'nextStepOn', set: '2026-06-05' }
			]);
			expect(await shown()).toMatchObject({ subject: 'Visit', dueAt: at('2026-06-05T06:40:00Z') });
			await fireDue(later(ctx, '2026-06-02T07:00:00Z'), kinds);
			expect(await inbox(ann)).toEqual([]);
			await fireDue(later(ctx, '2026-06-05T06:39:00Z'), kinds);
			expect(await inbox(ann)).toEqual([]);
			await fireDue(later(ctx, '2026-06-05T06:40:00Z'), kinds);
			expect(await inbox(ann)).toMatchObject([{ sentence: 'Reminder: Visit (“Harbour cranes”)' }]);
			// It has been said: the record says so no more.
			const now = await remindersAt(ann, { ...step, recordId });
			expect(now).toMatchObject({ followsStep: false, isDue: true });
			await fireDue(later(ctx, '2026-06-06T06:40:00Z'), kinds);
			expect(await inbox(ann)).toHaveLength(1);
		}
	);

	inRollback(
		'comes when the day of its owner begins, and right on the days when clocks change',
		async (ctx) => {
			const ann = await aSeller(ctx);
			await ctx.db
				.insert(notificationSettings)
				.values({ userId: ann.actor.id, dayStartsAt: '08:55' });
			const early = later(ann, '2026-03-01T10:00:00Z');
			for (const [day, dueAt] of [
				['2026-03-28', '2026-03-28T08:05:00Z'],
				['2026-03-29', '2026-03-29T07:05:00Z'],
				['2026-10-24', '2026-10-24T07:05:00Z'],
				['2026-10-25', '2026-10-25T08:05:00Z']
			] as const) {
				const recordId = await aDeal(early, { nextStep: day, nextStepOn: day });
				await followStep(early, kinds, { ...step, recordId });
				const before = (await inbox(ann)).length;
				await fireDue({ ...ctx, now: new Date(at(dueAt).getTime() - 60_000) }, kinds);
				expect(await inbox(ann), day).toHaveLength(before);
				await fireDue({ ...ctx, now: at(dueAt) }, kinds);
				expect(await inbox(ann), day).toHaveLength(before + 1);
			}
		}
	);

	inRollback(
		'[T167] is switched off again, and not on for a day that has passed [A-026, A-029]',
		async (ctx) => {
			const ann = await aSeller(ctx);
			const recordId = await aDeal(ann, { nextStepOn: '2026-06-02' });
			await followStep(ann, kinds, { ...step, recordId });
			await followStep(ann, kinds, { ...step, recordId });
			expect(await listReminders(ann, kinds, ALL)).toHaveLength(1);
			await unfollowStep(ann, { ...step, recordId });
			expect(await listReminders(ann, kinds, ALL)).toEqual([]);
			const past = later(ann, '2026-06-05T10:00:00Z');
			expect(await followStep(past, kinds, { ...step, recordId })).toEqual({
				ok: false,
				error: 'step_in_the_past'
			});
			const bob = await aSeller(ctx, 'Bob');
			await expect(followStep(bob, kinds, { ...step, recordId })).rejects.toThrow(NotFound);
		}
	);

	inRollback('tells nothing of a deal that has ended, until it is opened again', async (ctx) => {
		const ann = await aSeller(ctx);
		const recordId = await aDeal(ann, { nextStep: 'Call', nextStepOn: '2026-06-02' });
		await followStep(ann, kinds, { ...step, recordId });
		await closeDeal(ann, { dealId: recordId, outcome: 'irrelevant' });
		await fireDue(later(ctx, '2026-06-02T07:00:00Z'), kinds);
		expect(await inbox(ann)).toEqual([]);
		await reopenDeal(ann, { dealId: recordId });
		await fireDue(later(ctx, '2026-06-02T07:00:00Z'), kinds);
		expect(await inbox(ann)).toMatchObject([{ sentence: 'Reminder: Call (“Harbour cranes”)' }]);
	});

	inRollback('tells nothing of a step whose record is out of sight by then', async (ctx) => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
		const today = new Date().toISOString().slice(0, 10);
		const id = await aTask(carl, {
			...{ name: 'Racks', responsible: [erik.actor.id] },
			...{ nextStep: 'Secret', nextStepOn: daysAfter(today, 1) }
		});
		await followStep(erik, kinds, { kind: 'task', recordId: id });
		await assignTask(carl, { id, responsible: [nora.actor.id], coOwner: undefined });
		expect(JSON.stringify(await listReminders(erik, kinds, ALL))).not.toMatch(/Secret|Racks/);
		await fireDue({ ...ctx, now: at(`${daysAfter(today, 1)}T12:00:00Z`) }, kinds);
		expect(await inbox(erik)).toEqual([]);
		expect(await mailsTo(erik)).toEqual([]);
		expect(await listReminders(erik, kinds, ALL)).toEqual([]);
	});

	inRollback('works on tasks as well, each for himself', async (ctx) => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const erik = await office.hire('Erik');
		const today = new Date().toISOString().slice(0, 10);
		const recordId = await aTask(carl, {
			...{ name: 'Racks', responsible: [erik.actor.id] },
			...{ nextStep: 'Measure', nextStepOn: daysAfter(today, 2) }
		});
		await followStep(erik, kinds, { kind: 'task', recordId });
		await saveTask(erik, recordId, [{ field: 'nextStepOn', set: daysAfter(today, 1) }]);
		await fireDue({ ...ctx, now: at(`${daysAfter(today, 1)}T12:00:00Z`) }, kinds);
		expect((await inbox(erik)).map(({ sentence }) => sentence)).toEqual([
			'Reminder: Measure (“Racks”)'
		]);
		expect(await inbox(carl)).toEqual([]);
	});
});

test('two workers that find the same reminders due at once fire each once', async () => {
	const ctx = systemCtx(db);
	const ann = await aSeller(ctx);
	await aReminder(ann);
	const recordId = await aDeal(ann, { nextStep: 'Call', nextStepOn: '2026-06-02' });
	await followStep(ann, kinds, { kind: 'deal', recordId });
	const now = later(ctx, '2026-06-02T12:00:00Z');
	await Promise.all(Array.from({ length: 4 }, () => fireDue(now, kinds)));
	expect(await inbox(ann)).toHaveLength(2);
	expect(await mailsTo(ann)).toHaveLength(2);
});
