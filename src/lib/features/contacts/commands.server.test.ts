import { and, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import {
	createCompany,
	restoreCompany,
	saveCompany,
	trashCompany
} from '#lib/features/companies/commands.server.ts';
import { getCompany } from '#lib/features/companies/queries.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	companies,
	companyTags,
	contacts,
	departmentMembers,
	tags
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aSalesOffice, type SalesOffice } from '#tests/support/deals.ts';
import {
	assignCompany,
	assignContact,
	createContact,
	moveContact,
	restoreContact,
	saveContact,
	trashContact
} from './commands.server.ts';
import { getContact } from './queries.server.ts';

async function aCompany(ctx: Ctx, values: Parameters<typeof createCompany>[1]['values'] = {}) {
	const created = await createCompany(ctx, { values: { name: 'Nordlicht', ...values } });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

async function aContact(ctx: Ctx, name: string, companyId: string | null = null) {
	const created = await createContact(ctx, { name, companyId, values: {} });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

async function join(ctx: Ctx, person: Ctx, office: SalesOffice): Promise<Ctx> {
	await ctx.db
		.insert(departmentMembers)
		.values({ departmentId: office.id, userId: person.actor.id });
	const departmentIds = [...person.actor.departmentIds, office.id];
	return { ...person, actor: { ...person.actor, departmentIds } };
}

const placeOf = async (ctx: Ctx, id: string) => {
	const [row] = await ctx.db.select().from(contacts).where(eq(contacts.id, id));
	return row && { owner: row.ownerId, department: row.departmentId, company: row.companyId };
};

inRollback(
	'a company needs only a name and belongs to whoever stored it [core 135]',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const company = await getCompany(ann, await aCompany(ann));
		expect(company).toMatchObject({
			name: 'Nordlicht',
			ownerId: ann.actor.id,
			departmentId: office.id,
			mayEdit: true
		});
		const nameless = await createCompany(ann, { values: {} });
		expect(nameless).toMatchObject({ ok: false, faults: [{ field: 'name', code: 'required' }] });
	}
);

inRollback('pressing "Add company" twice stores it once', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const id = newId();
	const once = await createCompany(ann, { id, values: { name: 'Nordlicht' } });
	expect(once).toMatchObject({ ok: true, value: { id } });
	expect(await createCompany(ann, { id, values: { name: 'Nordlicht' } })).toEqual(once);
	expect(await ctx.db.select().from(companies).where(eq(companies.name, 'Nordlicht'))).toHaveLength(
		1
	);
});

inRollback('a contact needs only a name; company and e-mail may be missing', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const contact = await getContact(ann, await aContact(ann, 'mr.Pablo Diego Picasso'));
	expect(contact.values).toMatchObject({
		firstName: 'Mr. Pablo',
		middleName: 'Diego',
		lastName: 'Picasso'
	});
	expect(contact).toMatchObject({ fullName: 'Mr. Pablo Diego Picasso', companyId: null });
	expect(await createContact(ann, { name: 'Dr.', values: {} })).toEqual({
		ok: false,
		error: 'no_name'
	});
});

inRollback("[C141] a contact's owner and department are those of the company", async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const bob = await aColleague(ctx, 'Bob', 'manager', office);
	const companyId = await aCompany(ann);
	const id = await aContact(bob, 'Cleo Martin', companyId);
	expect(await placeOf(ctx, id)).toEqual({
		owner: ann.actor.id,
		department: office.id,
		company: companyId
	});
	expect(await assignContact(ann, { id, ownerId: bob.actor.id, departmentId: office.id })).toEqual({
		ok: false,
		error: 'follows_company'
	});
});

inRollback('[C142] handing over a company takes its contacts along', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const bob = await aColleague(ctx, 'Bob', 'manager', office);
	const companyId = await aCompany(ann);
	const people = [await aContact(ann, 'Cleo', companyId), await aContact(ann, 'Dan', companyId)];
	const done = await assignCompany(ann, {
		id: companyId,
		ownerId: bob.actor.id,
		departmentId: office.id
	});
	expect(done).toMatchObject({ ok: true, value: { contacts: 2 } });
	for (const id of people) expect(await placeOf(ctx, id)).toMatchObject({ owner: bob.actor.id });
	const told = await ctx.db
		.select()
		.from(changes)
		.where(and(eq(changes.recordId, people[0] ?? ''), eq(changes.field, 'owner')));
	expect(told).toHaveLength(1);
	const malmo = await aSalesOffice(ctx, 'Sales Malmö');
	const both = await join(ctx, bob, malmo);
	await assignCompany(both, { id: companyId, ownerId: bob.actor.id, departmentId: malmo.id });
	for (const id of people) expect(await placeOf(ctx, id)).toMatchObject({ department: malmo.id });
});

inRollback(
	'[T136, T139] a seller saves everything that a company and a contact have, and takes consent back as easily as he gives it',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const companyId = await aCompany(ann);
		const place = { country: 'DE', city: 'Kiel' };
		const notes = {
			type: 'doc',
			content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Pays late' }] }]
		} as const;
		const shared = { place, notes, lastContactOn: '2026-11-20', disqualified: true };
		const edits = (values: RecordValues) =>
			Object.entries(values).map(([field, set]) => ({ field, set }));
		expect(await saveCompany(ann, companyId, edits(shared))).toMatchObject({ ok: true });
		expect((await getCompany(ann, companyId)).values).toMatchObject(shared);
		const id = await aContact(ann, 'Cleo Berg', companyId);
		const own = {
			...{ ...shared, sex: 'female', bornOn: '1980-02-29', unsubscribed: true },
			...{ region: 'Holstein', district: 'Mitte', address: 'Hafen 1' }
		};
		expect(await saveContact(ann, id, edits(own))).toMatchObject({ ok: true });
		expect((await getContact(ann, id)).values).toMatchObject(own);
		expect(await saveContact(ann, id, edits({ unsubscribed: false, sex: 'x' }))).toMatchObject({
			ok: false,
			faults: [{ field: 'sex', code: 'not_a_choice' }]
		});
		await saveContact(ann, id, edits({ unsubscribed: false }));
		expect((await getContact(ann, id)).values).toMatchObject({ unsubscribed: false });
	}
);

inRollback('the owner of a record is a member of its department [R-OWN]', async (ctx) => {
	const hamburg = await aSalesOffice(ctx, 'Sales Hamburg');
	const malmo = await aSalesOffice(ctx, 'Sales Malmö');
	const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
	const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
	const id = await aCompany(ann);
	expect(
		await assignCompany(ann, { id, ownerId: tina.actor.id, departmentId: hamburg.id })
	).toEqual({ ok: false, error: 'owner_not_member' });
	expect(await assignCompany(ann, { id, ownerId: null, departmentId: malmo.id })).toEqual({
		ok: false,
		error: 'foreign_department'
	});
});

inRollback(
	'in another department a company keeps the tags that are known there by name',
	async (ctx) => {
		const hamburg = await aSalesOffice(ctx, 'Sales Hamburg');
		const malmo = await aSalesOffice(ctx, 'Sales Malmö');
		const ann = await join(ctx, await aColleague(ctx, 'Ann', 'manager', hamburg), malmo);
		const tag = (departmentId: string, name: string) => ({ id: newId(), departmentId, name });
		const [vip, local, twin] = [
			tag(hamburg.id, 'VIP'),
			tag(hamburg.id, 'Harbour'),
			tag(malmo.id, 'vip')
		];
		await ctx.db.insert(tags).values([vip, local, twin]);
		const id = await aCompany(ann, { tags: [vip.id, local.id] });
		const done = await assignCompany(ann, { id, ownerId: ann.actor.id, departmentId: malmo.id });
		expect(done).toMatchObject({ ok: true });
		const held = await ctx.db.select().from(companyTags).where(eq(companyTags.companyId, id));
		expect(held.map(({ tagId }) => tagId)).toEqual([twin.id]);
	}
);

inRollback('a contact who moves to another company follows it', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const bob = await aColleague(ctx, 'Bob', 'manager', office);
	const id = await aContact(ann, 'Cleo Martin', await aCompany(ann));
	const target = await aCompany(bob);
	expect(await moveContact(ann, { id, companyId: target })).toMatchObject({ ok: true });
	expect(await placeOf(ctx, id)).toMatchObject({ owner: bob.actor.id, company: target });
	await expect(moveContact(ann, { id, companyId: null })).rejects.toThrow(Forbidden);
	expect(await moveContact(bob, { id, companyId: null })).toMatchObject({ ok: true });
	expect(await placeOf(ctx, id)).toMatchObject({ owner: bob.actor.id, company: null });
});

inRollback(
	'a deleted company keeps its contacts, and comes back with them [core 4.1]',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const companyId = await aCompany(ann);
		const id = await aContact(ann, 'Cleo Martin', companyId);
		await expect(trashCompany(bob, { id: companyId })).rejects.toThrow(Forbidden);
		await trashCompany(ann, { id: companyId });
		expect(await placeOf(ctx, id)).toMatchObject({ company: companyId });
		await expect(getCompany(bob, companyId)).rejects.toThrow(NotFound);
		await restoreCompany(ann, { id: companyId });
		expect((await getCompany(bob, companyId)).deletedAt).toBeNull();
	}
);

inRollback('a restored contact belongs where his company belongs by now', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'administrator', office);
	const bob = await aColleague(ctx, 'Bob', 'manager', office);
	const companyId = await aCompany(ann);
	const id = await aContact(ann, 'Cleo Martin', companyId);
	await trashContact(ann, { id });
	await assignCompany(ann, { id: companyId, ownerId: bob.actor.id, departmentId: office.id });
	await restoreContact(ann, { id });
	expect(await placeOf(ctx, id)).toMatchObject({ owner: bob.actor.id });
});

inRollback('a colleague reads a contact and does not change it [core 12]', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const bob = await aColleague(ctx, 'Bob', 'manager', office);
	const olga = await aColleague(ctx, 'Olga', 'operator', office);
	const carl = await aColleague(ctx, 'Carl', 'chief', office);
	const tina = await aColleague(ctx, 'Tina', 'manager', await aSalesOffice(ctx, 'Sales Malmö'));
	const id = await aContact(ann, 'Cleo Martin');
	const rename = (as: Ctx) => saveContact(as, id, [{ field: 'title', set: 'Captain' }]);
	expect(await getContact(bob, id)).toMatchObject({ mayEdit: false, mayDelete: false });
	await expect(rename(bob)).rejects.toThrow(Forbidden);
	// [core 20] A chief reads companies and contacts everywhere and changes none.
	expect(await getContact(carl, id)).toMatchObject({ mayEdit: false });
	await expect(rename(carl)).rejects.toThrow(Forbidden);
	// [core 14] An operator works on all of his department, [core 16] and sees nothing of another.
	expect(await rename(olga)).toMatchObject({ ok: true });
	await expect(getContact(tina, id)).rejects.toThrow(NotFound);
	await expect(rename(tina)).rejects.toThrow(NotFound);
});
