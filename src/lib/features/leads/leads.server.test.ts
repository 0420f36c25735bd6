import fc from 'fast-check';
import { and, eq, type SQL } from 'drizzle-orm';
import { expect } from 'vitest';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { departments, leads, leadSources, users } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { Actor, Scope } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aSalesOffice } from '#tests/support/deals.ts';
import { addresses, aLead } from '#tests/support/leads.ts';
import { assignLead, createLead, restoreLead, saveLead, trashLead } from './commands.server.ts';
import { canDeleteLead, canEditLead, canReadLead } from './policy.ts';
import { getLead, listLeads } from './queries.server.ts';
import { leadRecords } from './record.server.ts';
import { leadList } from './schema.ts';

const namesOf = async (ctx: Ctx, address: string) => {
	const query = readListQuery(new URLSearchParams(address), leadList);
	return (await listLeads(ctx, query)).page.rows.map(({ fullName }) => fullName);
};

const scope = fc.constantFrom<Scope | undefined>('own', 'department', 'all', undefined);

inRollback(
	'[core 3.3] the SQL scope of leads and the pure policy agree on every generated row',
	async (ctx) => {
		const offices = [newId(), newId()];
		const people = [newId(), newId()];
		await ctx.db
			.insert(departments)
			.values(offices.map((id, at) => ({ id, name: `Office ${at}` })));
		await ctx.db
			.insert(users)
			.values(people.map((id) => ({ id, name: 'Somebody', email: `${id}@tandem.example` })));
		const rows = offices.flatMap((departmentId) =>
			[...people, null].map((ownerId) => ({
				...{ id: newId(), firstName: 'Row', departmentId, ownerId },
				isConverted: false
			}))
		);
		await ctx.db.insert(leads).values(rows);
		const found = async (where: SQL) =>
			(await ctx.db.select({ id: leads.id }).from(leads).where(and(where)))
				.map(({ id }) => id)
				.sort();
		const expected = (may: (row: (typeof rows)[number]) => boolean) =>
			rows
				.filter(may)
				.map(({ id }) => id)
				.sort();
		await fc.assert(
			fc.asyncProperty(
				fc.record({ read: scope, update: scope, delete: scope }),
				fc.subarray(offices),
				fc.constantFrom(...people),
				async (verbs, departmentIds, id) => {
					const permissions = Object.fromEntries(
						Object.entries(verbs)
							.filter(([, scope]) => scope !== undefined)
							.map(([verb, scope]) => [`lead.${verb}`, scope])
					) as Actor['permissions']; // keys are entities and verbs
					const actor = { ...ctx.actor, id, type: 'user', departmentIds, permissions } as const;
					expect(await found(leadRecords.visibleTo(actor))).toEqual(
						expected((row) => canReadLead(actor, row))
					);
					for (const [verb, may] of [
						['update', canEditLead],
						['delete', canDeleteLead]
					] as const) {
						expect(await found(departmentScope(actor, 'lead', leads, { verb }))).toEqual(
							expected((row) => may(actor, row))
						);
					}
				}
			),
			{ numRuns: 80 }
		);
	}
);

inRollback(
	'[core 4.2] a name in one piece is taken apart as a contact’s, and one key makes one lead',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const id = newId();
		const input = { id, name: 'mr.Pablo Ruiz y Picasso', values: { companyName: 'Atelier' } };
		const made = await createLead(ann, input);
		expect(await createLead(ann, input)).toEqual(made);
		expect(await getLead(ann, id)).toMatchObject({
			ownerId: ann.actor.id,
			values: { firstName: 'Mr. Pablo', middleName: 'Ruiz y', lastName: 'Picasso' }
		});
		expect(await createLead(ann, { name: 'Dr.', values: {} })).toEqual({
			ok: false,
			error: 'no_name'
		});
		const wrong = await createLead(ann, {
			name: 'Otto',
			values: { emails: addresses('nobody'), website: 'not a site' }
		});
		if (wrong.ok || !('faults' in wrong)) throw new Error(JSON.stringify(wrong));
		expect(wrong.faults.map(({ field }) => field).sort()).toEqual(['emails', 'website']);
	}
);

inRollback('the list finds leads by name, company and address, and filters them', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const [source] = await ctx.db
		.insert(leadSources)
		.values({ id: newId(), departmentId: office.id, name: 'Fair' })
		.returning();
	const anna = await aLead(ann, { companyName: 'Obsthof Nord', source: source?.id ?? null });
	await aLead(ann, { firstName: 'Otto', lastName: null, emails: addresses('otto@hof.example') });
	await aLead(ann, { firstName: 'Spam', lastName: null, disqualified: true });
	expect(await namesOf(ann, '')).toEqual(['Anna Maier', 'Otto', 'Spam']);
	expect((await namesOf(ann, 'sort=company'))[0]).toBe('Anna Maier');
	expect(await namesOf(ann, 'q=obsthof')).toEqual(['Anna Maier']);
	expect(await namesOf(ann, 'q=otto@hof')).toEqual(['Otto']);
	expect(await namesOf(ann, `source=${source?.id}`)).toEqual(['Anna Maier']);
	expect(await namesOf(ann, 'disqualified=no')).toEqual(['Anna Maier', 'Otto']);
	expect(await namesOf(ann, 'disqualified=yes')).toEqual(['Spam']);
	await trashLead(ann, { id: anna });
	expect(await namesOf(ann, '')).toEqual(['Otto', 'Spam']);
	expect(await namesOf(ann, 'trash=1')).toEqual(['Anna Maier']);
	await restoreLead(ann, { id: anna });
	expect(await namesOf(ann, 'q=maier')).toEqual(['Anna Maier']);
});

inRollback(
	'[core 3.4] a colleague reads a lead and changes nothing; handing over asks for a member of the department',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const malmo = await aSalesOffice(ctx, 'Sales Malmö');
		const [ann, bob] = [
			await aColleague(ctx, 'Ann', 'manager', office),
			await aColleague(ctx, 'Bob', 'manager', office)
		];
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		const id = await aLead(ann);
		expect(await getLead(bob, id)).toMatchObject({ mayEdit: false, mayDelete: false });
		await expect(saveLead(bob, id, [{ field: 'title', set: 'x' }])).rejects.toThrow(Forbidden);
		await expect(getLead(tina, id)).rejects.toThrow(NotFound);
		const to = (ctx: Ctx, departmentId: string) =>
			assignLead(ann, { id, ownerId: ctx.actor.id, departmentId });
		expect(await to(tina, office.id)).toEqual({ ok: false, error: 'owner_not_member' });
		expect(await to(tina, malmo.id)).toEqual({ ok: false, error: 'foreign_department' });
		expect(await to(bob, office.id)).toMatchObject({ ok: true });
		const [row] = await ctx.db.select().from(leads).where(eq(leads.id, id));
		expect(row?.ownerId).toBe(bob.actor.id);
		await expect(trashLead(ann, { id })).rejects.toThrow(Forbidden);
	}
);
