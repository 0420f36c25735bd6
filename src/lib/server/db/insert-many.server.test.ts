import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { insertFresh, insertMany } from './insert-many.ts';
import {
	changes,
	companies,
	contacts,
	deals,
	departments,
	pipelines,
	stages
} from './tables/index.ts';

describe('rows as one parameter', () => {
	inRollback('keep every type of column as a parameter of its own would', async ({ db }) => {
		const row = {
			id: newId(),
			kind: 'deal',
			recordId: newId(),
			rev: 7,
			at: new Date('2026-03-29T01:30:00.123Z'),
			source: 'import' as const,
			act: 'create',
			old: null,
			new: { text: 'a "quote", a \\ and ∑', list: [1, null], deep: { empty: {} } },
			conflict: true
		};
		const bare = { ...row, id: newId(), field: 'name', new: 'just text' };
		await insertMany(db, changes, [row, bare]);
		const found = await db.select().from(changes).where(eq(changes.recordId, row.recordId));
		const nothing = { batchId: null, actorId: null, field: null };
		expect(found).toEqual([
			{ ...nothing, ...row },
			{ ...nothing, ...bare }
		]);
	});

	inRollback('come back with what the database made of them', async ({ db }) => {
		const department = { id: newId(), name: 'Hamburg' };
		const pipeline = { id: newId(), departmentId: department.id, name: 'Sales', position: 'a0' };
		const stage = { id: newId(), pipelineId: pipeline.id, name: 'Offer', position: 'a0' };
		await db.insert(departments).values(department);
		await db.insert(pipelines).values(pipeline);
		await db.insert(stages).values(stage);
		const [departmentId, pipelineId, stageId] = [department.id, pipeline.id, stage.id];
		const place = { departmentId, pipelineId, stageId, position: 'a0' };
		const dear = {
			id: newId(),
			name: 'Dear',
			amountMinor: 9_007_199_254_740_993n,
			currency: 'EUR'
		};
		const made = await insertFresh(db, deals, [
			{ ...place, ...dear },
			{ ...place, id: newId(), name: 'Free', currency: undefined }
		]);
		const stored = await db.select().from(deals).where(eq(deals.departmentId, departmentId));
		const byName = (name: string) => stored.find((deal) => deal.name === name);
		expect(made).toEqual([
			expect.objectContaining(byName('Dear') ?? {}),
			expect.objectContaining({ number: byName('Free')?.number, ticket: byName('Free')?.ticket })
		]);
		expect(byName('Dear')).toMatchObject({ ...dear, isOpen: true, isNew: true, deletedAt: null });
		const person = { id: newId(), firstName: 'Jo', lastName: 'Ng', departmentId };
		expect(await insertFresh(db, contacts, [person])).toMatchObject([{ fullName: 'Jo Ng' }]);
	});

	inRollback('are left out when their id is taken, even by a row before them', async ({ db }) => {
		const department = { id: newId(), name: 'Hamburg' };
		await db.insert(departments).values(department);
		const company = (name: string, id = newId()) => ({ id, name, departmentId: department.id });
		const there = company('There');
		await insertMany(db, companies, [there]);
		const fresh = company('Fresh');
		const made = await insertFresh(db, companies, [
			company('Again', there.id),
			fresh,
			company('Fresh again', fresh.id)
		]);
		expect(made).toMatchObject([{ id: fresh.id, name: 'Fresh' }]);
		const stored = await db.select({ name: companies.name }).from(companies);
		expect(stored.map(({ name }) => name).sort()).toEqual(['Fresh', 'There']);
		expect(await insertFresh(db, companies, [])).toEqual([]);
	});
});
