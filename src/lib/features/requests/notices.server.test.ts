import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { listNotifications } from '#lib/features/notifications/queries.server.ts';
import type { StandardRoleKey } from '#lib/features/users/standard-roles.ts';
import { kinds, notices } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { outgoingMails } from '#lib/server/db/tables/index.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aSalesOffice } from '#tests/support/deals.ts';
import { runJobs } from '#tests/support/jobs.ts';
import { aRequest } from '#tests/support/requests.ts';
import { giveRole } from '#tests/support/tasks.ts';
import { assignRequest } from './commands.server.ts';

const sentences = async (person: Ctx) => {
	const shown = { show: 'unread', before: undefined } as const;
	const { items } = await listNotifications(person, { kinds, notices }, shown);
	return items.map(({ sentence }) => sentence);
};

inRollback(
	'[C46, C55] whoever a request is given to is told, by a colleague’s entry or later, and nobody of what he does himself',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const hire = async (name: string, role: StandardRoleKey) => {
			const person = await aColleague(ctx, name, role, office);
			await giveRole(person, 'co_worker');
			await giveRole(person, role);
			return person;
		};
		const [ann, bob] = [await hire('Ann', 'manager'), await hire('Bob', 'manager')];
		const olga = await hire('Olga', 'operator');
		const values = { requestFor: 'Cranes' };
		await aRequest(ann, values, { coOwnerId: bob.actor.id });
		const id = await aRequest(olga, { requestFor: 'Doors' });
		await assignRequest(olga, { id, ownerId: bob.actor.id, coOwnerId: ann.actor.id });
		await runJobs({ ...ctx, now: new Date(ctx.now.getTime() + 1000) }, 'notifications.fan-out');
		expect((await sentences(bob)).sort()).toEqual([
			'Ann made you a co-owner of the request “Cranes”.',
			'Olga made you the owner of the request “Doors”.'
		]);
		expect(await sentences(ann)).toEqual(['Olga made you a co-owner of the request “Doors”.']);
		expect(await sentences(olga)).toEqual([]);
		const mailed = (person: Ctx) =>
			ctx.db.$count(outgoingMails, eq(outgoingMails.userId, person.actor.id));
		expect([await mailed(bob), await mailed(ann), await mailed(olga)]).toEqual([2, 1, 0]);
	}
);
