import { and, eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { createDeal } from '#lib/features/deals/commands.server.ts';
import { convertLead } from '#lib/features/leads/commands.server.ts';
import { kinds } from '#lib/registry.server.ts';
import { installStandardRoles } from '#lib/features/users/commands.server.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { isPasswordOf } from '#lib/server/auth/password.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	companies,
	contacts,
	deals,
	departments,
	leads,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { removeDemo, seedDemo } from './commands.server.ts';
import {
	demoCompanies,
	demoContacts,
	demoDeals,
	demoEmail,
	demoLeads,
	type DemoPerson,
	demoProjects,
	demoRequests,
	demoTasks
} from './model.ts';
import { findDemo } from './queries.server.ts';

const { db } = await testDatabase();
const ctx = systemCtx(db);

const own = {
	name: 'Greta Voss',
	email: 'greta@voss.example',
	password: 'a long enough password',
	departmentName: 'Voss Handel'
};

async function as(key: DemoPerson): Promise<Ctx> {
	const [user] = await db
		.select()
		.from(users)
		.where(eq(users.email, demoEmail(key)));
	const actor = user && (await actorOfUser(db, user.id));
	if (!actor) throw new Error(`${key} has no account`);
	return { ...ctx, actor };
}

describe('the demo company', () => {
	test('is seeded with the commands that people use, and its history says who did what', async () => {
		await installStandardRoles(ctx);
		await seedDemo(ctx);
		const counted = await db.execute(sql`
			select (select count(*)::int from companies) as companies, (select count(*)::int from contacts) as contacts,
				(select count(*)::int from deals) as deals, (select count(*)::int from requests) as requests,
				(select count(*)::int from leads) as leads,
				(select count(*)::int from tasks) as tasks, (select count(*)::int from projects) as projects, (select count(distinct actor_id)::int from changes where actor_id <> ${systemActor.id}) as people,
				(select count(*)::int from companies c where not exists (select from company_industries i where i.company_id = c.id)) as without_industry`);
		expect(counted[0]).toEqual({
			companies: demoCompanies.length,
			contacts: demoContacts.length,
			deals: demoDeals.length,
			requests: demoRequests.length,
			leads: demoLeads.length,
			tasks: demoTasks.length,
			projects: demoProjects.length,
			people: 7,
			without_industry: 0
		});
	});

	test('is not for a manager to remove', async () => {
		const ann = await as('ann');
		expect(() => removeDemo(ann, kinds, own)).toThrow(Forbidden);
	});

	test('goes in one step; what people added stays with everything that it refers to', async () => {
		const [adam, ann] = [await as('adam'), await as('ann')];
		const demo = await findDemo(ctx);
		const companyId = demo?.recordIds.company?.[0] ?? '';
		const deal = await createDeal(ann, { name: 'A deal of our own', companyId });
		expect(deal.ok).toBe(true);
		const id = demo?.recordIds.lead?.[0] ?? '';
		const converted = await convertLead(ann, kinds, { id, company: 'none', contact: 'new' });
		expect(converted.ok).toBe(true);

		expect(await removeDemo(adam, kinds, own)).toMatchObject({ ok: true });

		expect(await db.select({ name: deals.name }).from(deals)).toEqual([
			{ name: 'A deal of our own' }
		]);
		expect(await db.select({ id: companies.id }).from(companies)).toEqual([{ id: companyId }]);
		// The lead was the demo's, whom Ann made of it is her own.
		expect(await db.select().from(leads)).toEqual([]);
		expect(await db.select({ name: contacts.fullName }).from(contacts)).toEqual([
			{ name: demoLeads[0].name }
		]);
		expect(await db.select({ name: departments.name }).from(departments)).toEqual([
			{ name: own.departmentName }
		]);
		expect(await findDemo(ctx)).toBeNull();
		const people = await db
			.select({ email: users.email, active: userProfiles.active })
			.from(users)
			.innerJoin(userProfiles, eq(userProfiles.userId, users.id));
		expect(people).toContainEqual({ email: own.email, active: true });
		expect(people).toContainEqual({ email: demoEmail('ann'), active: false });
		expect(people.filter(({ active }) => active)).toHaveLength(1);
		expect(await isPasswordOf(db, adam.actor.id, own.password)).toBe(true);
		const stillThere = await db
			.selectDistinct({ kind: changes.kind, id: changes.recordId })
			.from(changes);
		const count = (kind: string) => stillThere.filter((row) => row.kind === kind).length;
		// The deal with its company; of the people Adam, who has another name now, and those with a part in them.
		expect({ deal: count('deal'), company: count('company'), contact: count('contact') }).toEqual({
			deal: 1,
			company: 1,
			contact: 1
		});
		expect(count('user')).toBe(people.length);
		expect(count('department')).toBe(1);
		const [renamed] = await db
			.select()
			.from(changes)
			.where(and(eq(changes.kind, 'user'), eq(changes.field, 'email')));
		expect(renamed).toMatchObject({ actorId: adam.actor.id, new: own.email });
	});

	test('can be removed once', async () => {
		const [greta] = await db.select().from(users).where(eq(users.email, own.email));
		const actor = greta && (await actorOfUser(db, greta.id));
		if (!actor) throw new Error('the administrator is gone');
		expect(await removeDemo({ ...ctx, actor }, kinds, own)).toEqual({
			ok: false,
			error: 'no_demo'
		});
	});
});
