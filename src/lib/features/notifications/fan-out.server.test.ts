import { and, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { factFor } from '#tests/support/fact.ts';
import { addComment, editComment } from '#lib/features/activity/commands.server.ts';
import { assignCompany } from '#lib/features/contacts/commands.server.ts';
import { createCompany } from '#lib/features/companies/commands.server.ts';
import {
	assignDeal,
	closeDeal,
	reopenDeal,
	saveDeal
} from '#lib/features/deals/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { assignTask, saveTask } from '#lib/features/tasks/commands.server.ts';
import type { StandardRoleKey } from '#lib/features/users/standard-roles.ts';
import { kinds, notices } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	closingReasons,
	mutedRecords,
	notifications,
	outgoingMails,
	userProfiles
} from '#lib/server/db/tables/index.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import { edit } from '#lib/server/records/commit.ts';
import { trash } from '#lib/server/records/trash.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { runJobs } from '#tests/support/jobs.ts';
import { anOffice, aTask, giveRole, taskStage } from '#tests/support/tasks.ts';
import { savePreferences, tellPeople } from './commands.server.ts';
import { keptNotices } from './events.ts';
import { unreadCount, listNotifications } from './queries.server.ts';

const { db } = await testDatabase();
const declared = { kinds, notices };

/** A sales office of people whom a worker knows, too. */
async function aTeam(ctx: Ctx) {
	const office = await aSalesOffice(ctx, `Sales ${newId()}`);
	const hire = async (name: string, role: StandardRoleKey = 'manager') => {
		const person = await aColleague(ctx, name, role, office);
		await giveRole(person, 'co_worker');
		await giveRole(person, role);
		return person;
	};
	return { office, hire };
}

let told = 0;

/** Lets the worker come by, each time a second later: what is told later is newer. */
const tellAll = (ctx: Ctx) =>
	runJobs({ ...ctx, now: new Date(ctx.now.getTime() + ++told * 1000) }, 'notifications.fan-out');

const inbox = async (person: Ctx) =>
	(await listNotifications(person, declared, { show: 'unread', before: undefined })).items;

const sentences = async (person: Ctx) => (await inbox(person)).map(({ sentence }) => sentence);

const mailsTo = (ctx: Ctx, person: Ctx) =>
	ctx.db.select().from(outgoingMails).where(eq(outgoingMails.userId, person.actor.id));

const speakGerman = async (person: Ctx): Promise<Ctx> => {
	await person.db
		.update(userProfiles)
		.set({ language: 'de' })
		.where(eq(userProfiles.userId, person.actor.id));
	return { ...person, actor: { ...person.actor, language: 'de' } };
};

describe('the fan-out', () => {
	inRollback(
		'tells the new owner of a deal, by whom and why, in his language, and by mail',
		async (ctx) => {
			const { hire } = await aTeam(ctx);
			const [ann, olga] = [await hire('Ann'), await hire('Olga', 'operator')];
			const bob = await speakGerman(await hire('Bob'));
			const dealId = await aDeal(ann, { name: 'Cranes' });
			await assignDeal(olga, { dealId, ownerId: bob.actor.id });
			expect(await tellAll(ctx)).toBe(1);
			expect(await inbox(bob)).toMatchObject([
				{
					sentence: 'Olga hat Ihnen den Deal „Cranes“ übergeben.',
					reason: 'Sie sind verantwortlich',
					href: `/deals/${dealId}`,
					actor: { id: olga.actor.id, name: 'Olga' },
					isRead: false
				}
			]);
			expect(await factFor(bob, unreadCount)).toBe(1);
			const [mail] = await mailsTo(ctx, bob);
			expect(mail).toMatchObject({
				subject: 'Tandem: Olga hat Ihnen den Deal „Cranes“ übergeben.',
				state: 'waiting',
				recipient: `${bob.actor.id}@tandem.example`
			});
			expect(mail?.text).toContain(`/deals/${dealId}`);
			expect(mail?.text).toContain('Sie sind verantwortlich');
			expect(await sentences(ann)).toEqual([]);
		}
	);

	inRollback('tells nobody of his own doing, and of what concerns nobody at all', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const dealId = await aDeal(ann);
		await saveDeal(ann, dealId, [{ field: 'name', set: 'Renamed' }]);
		await saveDeal(ann, dealId, [{ field: 'nextStep', set: 'Call' }]);
		expect(await tellAll(ctx)).toBe(0);
		await saveDeal(ann, dealId, [{ field: 'coOwners', add: [ann.actor.id, bob.actor.id] }]);
		await tellAll(ctx);
		expect(await sentences(ann)).toEqual([]);
		expect(await sentences(bob)).toEqual(['Ann made you a co-owner of the deal “Renamed”.']);
	});

	inRollback('tells owners and co-owners how a deal ended, and that it goes on', async (ctx) => {
		const { hire, office } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const amount = { minor: '100', currency: 'EUR' };
		const dealId = await aDeal(ann, {
			name: 'Lifts',
			amount,
			values: { coOwners: [bob.actor.id] }
		});
		await ctx.db.insert(closingReasons).values({
			...{ id: newId(), departmentId: office.id, name: 'Won', position: 'a0', outcome: 'won' }
		});
		await tellAll(ctx);
		expect(await closeDeal(ann, { dealId, outcome: 'won' })).toMatchObject({ ok: true });
		await tellAll(ctx);
		expect(await reopenDeal(bob, { dealId })).toMatchObject({ ok: true });
		await tellAll(ctx);
		expect(await sentences(bob)).toEqual([
			'Ann has won the deal “Lifts”.',
			'Ann made you a co-owner of the deal “Lifts”.'
		]);
		expect(await sentences(ann)).toEqual(['Bob has opened the deal “Lifts” again.']);
	});

	inRollback('tells who is to do a task, who owns it with others, who watches it', async (ctx) => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const [erik, nora, tina] = [
			await office.hire('Erik'),
			await office.hire('Nora'),
			await office.hire('Tina', 'department_head')
		];
		const id = await aTask(carl, {
			name: 'Racks',
			responsible: [erik.actor.id],
			subscribers: [nora.actor.id],
			coOwner: tina.actor.id
		});
		await tellAll(ctx);
		expect(await sentences(erik)).toEqual(['Carl gave you the task “Racks” to do.']);
		expect(await sentences(nora)).toEqual(['Carl wants you to follow the task “Racks”.']);
		expect(await sentences(tina)).toEqual(['Carl made you a co-owner of the task “Racks”.']);
		// Taken away and given again is told again [comms 3.10].
		const give = (responsible: string[]) =>
			assignTask(carl, { id, responsible, coOwner: undefined });
		await give([nora.actor.id]);
		await give([erik.actor.id]);
		await tellAll(ctx);
		expect(await sentences(erik)).toHaveLength(2);
		// Whoever ends it is not told; the owner is.
		const done = await taskStage(ctx, 'completed');
		await saveTask(erik, id, [{ field: 'stage', set: done }]);
		await tellAll(ctx);
		expect(await sentences(carl)).toEqual(['Erik has closed the task “Racks”.']);
		expect(await sentences(erik)).toHaveLength(2);
		expect((await sentences(tina))[0]).toBe('Erik has closed the task “Racks”.');
	});

	inRollback('tells of a company that is handed over', async (ctx) => {
		const { hire, office } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const made = await createCompany(ann, {
			...{ departmentId: office.id, ownerId: ann.actor.id },
			values: { name: 'Gnomon' }
		});
		if (!made.ok) throw new Error(JSON.stringify(made));
		await assignCompany(ann, { id: made.value.id, ownerId: bob.actor.id, departmentId: office.id });
		await tellAll(ctx);
		expect(await sentences(bob)).toEqual(['Ann made you the owner of the company “Gnomon”.']);
	});

	inRollback('says nothing of a record that its reader may not see, then or later', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
		const id = await aTask(carl, { name: 'Secret', responsible: [erik.actor.id] });
		// Taken away before the worker came.
		await assignTask(carl, { id, responsible: [nora.actor.id], coOwner: undefined });
		await tellAll(ctx);
		expect(await inbox(erik)).toEqual([]);
		expect(await sentences(nora)).toHaveLength(1);
		// Taken away afterwards: that something happened stays, what it was does not.
		await assignTask(carl, { id, responsible: [erik.actor.id], coOwner: undefined });
		expect(await inbox(nora)).toMatchObject([
			{ sentence: expect.not.stringContaining('Secret'), href: null }
		]);
		const ann = await hire('Ann');
		expect(await inbox(ann)).toEqual([]);
	});

	inRollback('is kind to those who leave: nobody inactive is told or mailed', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const dealId = await aDeal(ann);
		await assignDeal(ann, { dealId, ownerId: bob.actor.id });
		await ctx.db
			.update(userProfiles)
			.set({ active: false })
			.where(eq(userProfiles.userId, bob.actor.id));
		await tellAll(ctx);
		expect(await inbox(bob)).toEqual([]);
		expect(await mailsTo(ctx, bob)).toEqual([]);
	});

	inRollback('tells of many records given at once in one notice and one mail', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const ids: string[] = [];
		for (let i = 0; i < 5; i++) ids.push(await aDeal(ann, { name: `Deal ${i}` }));
		const wishes = ids.map((id) => ({ id, edits: [{ field: 'owner', set: bob.actor.id }] }));
		const options = { batchId: newId(), commandMark: 'handOver' };
		await commitMany(ann, dealRecords, wishes, options);
		await tellAll(ctx);
		const told = await sentences(bob);
		expect(told).toHaveLength(1);
		expect(told[0]).toContain('And others with it');
		expect(await mailsTo(ctx, bob)).toHaveLength(1);
	});

	inRollback(
		'heeds what each wants: not in the inbox, not by mail, neither, or muted',
		async (ctx) => {
			const { hire } = await aTeam(ctx);
			const ann = await hire('Ann');
			const people = [
				await hire('Mail only'),
				await hire('Inbox only'),
				await hire('Neither'),
				await hire('Muted')
			] as const;
			const [mailOnly, inboxOnly, neither, muted] = people;
			const wants = (inApp: boolean, mail: boolean) => ({
				...{ mailPace: 'at_once' as const, dayStartsAt: '08:30' },
				wants: (channel: 'app' | 'mail') => (channel === 'app' ? inApp : mail)
			});
			await savePreferences(mailOnly, notices, wants(false, true));
			await savePreferences(inboxOnly, notices, wants(true, false));
			await savePreferences(neither, notices, wants(false, false));
			const dealId = await aDeal(ann);
			await ctx.db
				.insert(mutedRecords)
				.values({ userId: muted.actor.id, kind: 'deal', recordId: dealId });
			const add = people.map(({ actor }) => actor.id);
			await saveDeal(ann, dealId, [{ field: 'coOwners', add }]);
			await tellAll(ctx);
			const told = await Promise.all(
				people.map(async (one) => [(await inbox(one)).length, (await mailsTo(ctx, one)).length])
			);
			expect(told).toEqual([
				[0, 1],
				[1, 0],
				[0, 0],
				[0, 0]
			]);
		}
	);

	inRollback('[A-005] each gets his own mail, in his own language', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const ann = await hire('Ann');
		const [bob, cleo] = [await hire('Bob'), await hire('Cleo')];
		const dora = await speakGerman(await hire('Dora'));
		const dealId = await aDeal(ann, { name: 'Cranes' });
		const add = [bob, cleo, dora].map(({ actor }) => actor.id);
		await saveDeal(ann, dealId, [{ field: 'coOwners', add }]);
		await tellAll(ctx);
		const mails = await ctx.db.select().from(outgoingMails);
		expect(mails.map(({ recipient }) => recipient).sort()).toEqual(
			add.map((id) => `${id}@tandem.example`).sort()
		);
		const german = mails.filter(({ userId }) => userId === dora.actor.id);
		expect(german[0]?.subject).toContain('Mitverantwortlichen');
		for (const { text, html, recipient } of mails)
			for (const other of add.map((id) => `${id}@tandem.example`))
				if (other !== recipient) expect(text + html).not.toContain(other);
	});

	inRollback('a name cannot bring anything into a mail but text', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const name = '<img src=x onerror=alert(1)>\r\nBcc: eve@evil.example';
		const dealId = await aDeal(ann, { name });
		await assignDeal(ann, { dealId, ownerId: bob.actor.id });
		await tellAll(ctx);
		const [mail] = await mailsTo(ctx, bob);
		expect(mail?.html).not.toContain('<img');
		expect(mail?.subject).not.toMatch(/[\r\n]/);
	});

	inRollback(
		'tells whom a comment mentions, once, and those whose record it is; its author nothing',
		async (ctx) => {
			const { hire } = await aTeam(ctx);
			const [ann, bob, cleo] = [await hire('Ann'), await hire('Bob'), await hire('Cleo')];
			const dealId = await aDeal(ann, {
				name: 'Cranes',
				values: { coOwners: [bob.actor.id, cleo.actor.id] }
			});
			await tellAll(ctx);
			const wish = { kind: 'deal' as const, id: dealId, body: 'Ask @Bob about the price' };
			const made = await addComment(bob, kinds, wish);
			await tellAll(ctx);
			const again = await addComment(ann, kinds, wish);
			if (!made.ok || !again.ok) throw new Error('refused');
			await tellAll(ctx);
			const body = 'Ask @Bob and @Cleo about the price';
			await editComment(ann, kinds, { commentId: again.value.commentId, body });
			await tellAll(ctx);
			expect((await sentences(bob)).slice(0, -1)).toEqual(['Ann mentioned you at “Cranes”.']);
			expect(await sentences(ann)).toEqual(['Bob commented on “Cranes”.']);
			expect((await sentences(cleo)).slice(0, -1)).toEqual([
				'Ann mentioned you at “Cranes”.',
				...['Ann commented on “Cranes”.', 'Bob commented on “Cranes”.']
			]);
		}
	);

	inRollback('leaves out what went to the trash meanwhile', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const dealId = await aDeal(ann);
		await assignDeal(ann, { dealId, ownerId: bob.actor.id });
		await trash(bob, dealRecords, dealId);
		await tellAll(ctx);
		expect(await inbox(bob)).toEqual([]);
	});

	inRollback('tells whoever was away that what he typed is kept for him', async (ctx) => {
		const { hire } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const dealId = await aDeal(ann, { name: 'Cranes', values: { coOwners: [bob.actor.id] } });
		await tellAll(ctx);
		await saveDeal(ann, dealId, [{ field: 'nextStep', set: 'From the office' }]);
		const late = [{ field: 'nextStep', set: 'From the train', base: null }];
		await edit(bob, dealRecords, dealId, late, { mode: 'replay', source: 'live' });
		await tellAll(ctx);
		expect((await inbox(bob))[0]).toMatchObject({
			act: keptNotices[0]?.act,
			sentence: expect.stringContaining('kept for you'),
			href: '/kept'
		});
	});
});

test('two workers that tell of the same change at once tell it once, with one mail', async () => {
	const ctx = systemCtx(db);
	const { hire } = await aTeam(ctx);
	const [ann, bob] = [await hire('Ann'), await hire('Bob')];
	const dealId = await aDeal(ann);
	await assignDeal(ann, { dealId, ownerId: bob.actor.id });
	const [change] = await db
		.select()
		.from(changes)
		.where(and(eq(changes.recordId, dealId), eq(changes.field, 'owner')));
	const rules = kinds.flatMap(({ notices: own = [] }) => own);
	const input = { changeIds: [change?.id ?? ''] };
	await Promise.all(Array.from({ length: 4 }, () => tellPeople(ctx, { kinds, rules }, input)));
	await tellPeople(ctx, { kinds, rules }, input);
	const told = await db.select().from(notifications).where(eq(notifications.userId, bob.actor.id));
	expect(told).toHaveLength(1);
	expect(await mailsTo(ctx, bob)).toHaveLength(1);
});
