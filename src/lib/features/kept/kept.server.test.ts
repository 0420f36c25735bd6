import { eq, inArray } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { factFor } from '#tests/support/fact.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import type { Edit } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, dealCoOwners, keptEdits } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { create } from '#lib/server/records/create.ts';
import { keepEdits } from '#lib/server/records/kept-edits.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { trash } from '#lib/server/records/trash.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { deal, furnish, PEOPLE, TAGS } from '#tests/sync/support/world.ts';
import {
	applyKept,
	dismissKept,
	forgetSettled,
	SETTLED_KEPT_DAYS,
	takeBackDismissal
} from './commands.server.ts';
import { keptCount, keptAtRecord, keptForFile, listKept } from './queries.server.ts';

const { db } = await testDatabase();
const kinds = [companyRecords, contactRecords, dealRecords];
const system = systemCtx(db);
const as = (actor: Actor): Ctx => ({ ...system, actor });
const { ann, bob, cleo, olga, tina } = PEOPLE;
const ALL = { show: 'waiting', before: undefined } as const;

beforeAll(() => furnish(db));

async function aDeal(values: object = {}): Promise<string> {
	const wish = { values: { ...deal.first, ...values }, source: 'form' } as const;
	const made = await create(as(ann), dealRecords, wish);
	if (!made.ok) throw new Error(JSON.stringify(made.faults));
	return made.value.id;
}

/** What Bob wrote in a tunnel, while Olga wrote something newer. */
async function aConflict(): Promise<{ id: string; keptId: string }> {
	const id = await aDeal();
	await edit(as(olga), dealRecords, id, [{ field: 'nextStep', set: 'From the office' }]);
	const late: Edit[] = [{ field: 'nextStep', set: 'From the train', base: null }];
	const edited = await edit(as(bob), dealRecords, id, late, { mode: 'replay', source: 'live' });
	const keptId = edited.ok ? edited.notices[0]?.id : null;
	if (!keptId) throw new Error('nothing was kept');
	return { id, keptId };
}

const aText = async (actor: Actor, recordId: string, wish: object) => {
	const about = { userId: actor.id, kind: 'deal', recordId, reason: 'closed' } as const;
	const [keptId = ''] = await keepEdits(as(actor), [
		{ ...about, field: 'nextStep', value: 'Typed', ...wish }
	]);
	return keptId;
};

const valuesOf = async (id: string) => (await loadRecord(system, dealRecords, id))?.values ?? {};
const notesOf = async (actor: Actor, id: string) =>
	(await keptAtRecord(as(actor), dealRecords, id)).notes;
const waiting = async (actor: Actor) => (await listKept(as(actor), kinds, ALL)).items;
const seen = (value: unknown) => JSON.stringify(value);

describe('[SYNC-33] a conflict', () => {
	test('is shown to both people at the record, to nobody else, and with the revision it is of', async () => {
		const { id, keptId } = await aConflict();
		const about = { id: keptId, type: 'conflict', field: 'nextStep', value: 'From the train' };
		expect(await notesOf(bob, id)).toMatchObject([{ ...about, mine: true, by: { id: olga.id } }]);
		expect(await notesOf(olga, id)).toMatchObject([{ ...about, mine: false, by: { id: bob.id } }]);
		expect(await notesOf(ann, id)).toEqual([]);
		const { rev } = await keptAtRecord(as(ann), dealRecords, id);
		expect(rev).toBe((await loadRecord(system, dealRecords, id))?.row.rev);
	});

	test.each([
		['its author', bob],
		['the one whose value stands', olga]
	])('is switched by %s with one press, and is settled for both', async (_who, person) => {
		const { id, keptId } = await aConflict();
		const pressed = { keptId, 'nextStep.base': seen('From the office') };
		expect(await applyKept(as(person), kinds, pressed)).toEqual({ ok: true, value: { keptId } });
		expect(await valuesOf(id)).toMatchObject({ nextStep: 'From the train' });
		expect([await notesOf(bob, id), await notesOf(olga, id)]).toEqual([[], []]);
		const history = await db.select().from(changes).where(eq(changes.recordId, id));
		expect(history.at(-1)).toMatchObject({ source: 'undo', actorId: person.id, conflict: false });
		await expect(applyKept(as(person), kinds, pressed)).rejects.toThrow(NotFound);
	});

	test('is not switched over a value that its reader has not seen: he is told, and it waits', async () => {
		const { id, keptId } = await aConflict();
		await edit(as(ann), dealRecords, id, [{ field: 'nextStep', set: 'Newest' }]);
		const pressed = { keptId, base: seen('From the office') };
		expect(await applyKept(as(bob), kinds, pressed)).toEqual({ ok: false, error: 'moved_on' });
		expect(await valuesOf(id)).toMatchObject({ nextStep: 'Newest' });
		expect(await notesOf(bob, id)).toHaveLength(1);
		const again = await applyKept(as(bob), kinds, { keptId, base: seen('Newest') });
		expect(again).toMatchObject({ ok: true });
	});

	test('dismissed by its author is gone for both; by the other only for him, until he takes it back', async () => {
		const { id, keptId } = await aConflict();
		await dismissKept(as(olga), { keptId });
		expect([await notesOf(olga, id), await notesOf(bob, id)]).toMatchObject([[], [{ id: keptId }]]);
		await takeBackDismissal(as(olga), { keptId });
		expect(await notesOf(olga, id)).toHaveLength(1);
		await dismissKept(as(bob), { keptId });
		expect([await notesOf(olga, id), await notesOf(bob, id)]).toEqual([[], []]);
		await takeBackDismissal(as(bob), { keptId });
		expect(await notesOf(olga, id)).toHaveLength(1);
	});

	test('pressed by both at once is settled once', async () => {
		const { keptId } = await aConflict();
		const base = seen('From the office');
		const pressed = await Promise.allSettled([
			applyKept(as(bob), kinds, { keptId, base }),
			applyKept(as(olga), kinds, { keptId, base })
		]);
		const done = pressed.filter((one) => one.status === 'fulfilled' && one.value.ok);
		expect(done).toHaveLength(1);
	});

	test('goes by the rights of whoever presses', async () => {
		const { id, keptId } = await aConflict();
		const [old] = await db.delete(dealCoOwners).where(eq(dealCoOwners.dealId, id)).returning();
		expect(old?.userId).toBe(bob.id);
		const pressed = { keptId, base: seen('From the office') };
		await expect(applyKept(as(bob), kinds, pressed)).rejects.toThrow(Forbidden);
		for (const stranger of [ann, cleo, tina]) {
			await expect(applyKept(as(stranger), kinds, pressed)).rejects.toThrow(NotFound);
			await expect(dismissKept(as(stranger), { keptId })).rejects.toThrow(NotFound);
			await expect(takeBackDismissal(as(stranger), { keptId })).rejects.toThrow(NotFound);
		}
		expect(await valuesOf(id)).toMatchObject({ nextStep: 'From the office' });
		expect((await waiting(bob)).find((one) => one.id === keptId)).toMatchObject({
			mayApply: false
		});
	});
});

describe('the list of what is kept', () => {
	test('holds only what is one’s own, with the record as it is now, the newest first', async () => {
		const id = await aDeal({ name: 'Winch', nextStep: 'As it is' });
		const keptId = await aText(ann, id, { current: 'As it was' });
		await aText(bob, id, { value: 'Of Bob' });
		const [item] = await waiting(ann);
		expect(item).toMatchObject({
			...{ id: keptId, reason: 'closed', field: 'nextStep', value: 'Typed', current: 'As it is' },
			...{ mayApply: true, record: { kind: 'deal', id, title: 'Winch', state: 'open' } }
		});
		expect(JSON.stringify(await waiting(ann))).not.toContain('Of Bob');
	});

	test('keeps a text when its record is out of reach, and tells nothing of the record', async () => {
		const id = await aDeal({ name: 'Secret winch', nextStep: 'Secret step' });
		await aText(tina, id, { current: 'Secret step', otherId: ann.id });
		const gone = await aText(tina, newId(), { kind: 'spaceship' });
		const items = await waiting(tina);
		expect(items).toHaveLength(2);
		expect(items).toMatchObject(
			items.map(() => ({ value: 'Typed', mayApply: false, record: { state: 'hidden' } }))
		);
		expect(JSON.stringify(items)).not.toMatch(/Secret|Ann/);
		expect(await applyKept(as(tina), kinds, { keptId: gone })).toEqual({
			ok: false,
			error: 'cannot_apply'
		});
	});

	test('names nothing that the record could not hold', async () => {
		const id = await aDeal();
		await aText(ann, id, { field: 'tags', value: [TAGS.own[0], TAGS.foreign] });
		const { names } = await listKept(as(ann), kinds, ALL);
		expect(names[TAGS.own[0]]).toBe('Tag 0');
		expect(Object.keys(names)).not.toContain(TAGS.foreign);
	});

	test('says of a record in the trash that it lies there, and puts nothing into it', async () => {
		const id = await aDeal();
		const keptId = await aText(olga, id, {});
		await trash(as(ann), dealRecords, id);
		const item = (await waiting(olga)).find((one) => one.id === keptId);
		expect(item).toMatchObject({
			mayApply: false,
			record: { state: 'trashed', title: 'Harbour crane' }
		});
		await expect(applyKept(as(olga), kinds, { keptId })).rejects.toThrow(NotFound);
	});

	test('adds to sets and lists, and sets formatted text under what is there', async () => {
		const line = (text: string) => ({
			type: 'paragraph',
			content: [{ type: 'text', text }]
		});
		const paper = (...lines: string[]) => ({ type: 'doc', content: lines.map(line) });
		const id = await aDeal({ tags: [TAGS.own[0]], notes: paper('Theirs') });
		const tags = await aText(ann, id, { field: 'tags', value: [TAGS.own[1]] });
		const notes = await aText(ann, id, { field: 'notes', value: paper('Mine') });
		await applyKept(as(ann), kinds, { keptId: tags });
		await applyKept(as(ann), kinds, { keptId: notes });
		expect(await valuesOf(id)).toMatchObject({
			tags: [TAGS.own[0], TAGS.own[1]],
			notes: paper('Theirs', 'Mine')
		});
	});

	test('a text that the field refuses stays, with the reason', async () => {
		const keptId = await aText(ann, await aDeal(), { value: 'x'.repeat(300) });
		expect(await applyKept(as(ann), kinds, { keptId, base: 'null' })).toMatchObject({
			ok: false,
			faults: [{ field: 'nextStep', code: 'too_long' }]
		});
		expect((await waiting(ann)).map(({ id }) => id)).toContain(keptId);
	});

	test('what is dismissed is among the settled and can be put back; a badge counts what waits', async () => {
		const carl = PEOPLE.carl;
		const keptId = await aText(carl, await aDeal(), {});
		expect(await factFor(as(carl), keptCount)).toBe(1);
		await dismissKept(as(carl), { keptId });
		expect(await factFor(as(carl), keptCount)).toBe(0);
		const settled = await listKept(as(carl), kinds, { ...ALL, show: 'settled' });
		expect(settled.items).toMatchObject([{ id: keptId, settledHow: 'dismissed' }]);
		await takeBackDismissal(as(carl), { keptId });
		expect(await factFor(as(carl), keptCount)).toBe(1);
	});

	test('is paged without a gap, and whole in the file', async () => {
		const id = await aDeal();
		for (let i = 0; i < 60; i++) await aText(cleo, id, { value: `Text ${i}` });
		const first = await listKept(as(cleo), kinds, ALL);
		const rest = await listKept(as(cleo), kinds, { ...ALL, before: first.before ?? undefined });
		const ids = [...first.items, ...rest.items].map((item) => item.id);
		expect([first.items.length, rest.items.length, rest.before]).toEqual([50, 10, null]);
		expect(new Set(ids).size).toBe(60);
		expect((await keptForFile(as(cleo), kinds, undefined)).items).toHaveLength(60);
		const [one] = ids;
		expect((await keptForFile(as(cleo), kinds, one)).items.map((item) => item.id)).toEqual([one]);
		expect((await keptForFile(as(ann), kinds, one)).items).toEqual([]);
	});
});

test('the rows of another person are not counted', async () => {
	const [row] = await db.select().from(keptEdits).limit(1);
	expect(row).toBeDefined();
	expect(await factFor(as({ ...ann, id: newId() }), keptCount)).toBe(0);
});

test('[SYNC-30] what was settled long ago is forgotten; what waits is not, however old', async () => {
	const dealId = await aDeal();
	const keep = (value: string) => aText(ann, dealId, { value });
	const [waits, fresh, long] = [await keep('waits'), await keep('fresh'), await keep('long ago')];
	for (const keptId of [fresh, long]) await dismissKept(as(ann), { keptId });
	const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000);
	const old = { at: daysAgo(900), settledAt: daysAgo(SETTLED_KEPT_DAYS + 1) };
	await db.update(keptEdits).set(old).where(eq(keptEdits.id, long));
	await db.update(keptEdits).set({ at: old.at }).where(eq(keptEdits.id, waits));
	expect(await forgetSettled(as(ann))).toBe(1);
	const left = await db
		.select()
		.from(keptEdits)
		.where(inArray(keptEdits.id, [waits, fresh, long]));
	expect(left.map(({ id }) => id).sort()).toEqual([waits, fresh].sort());
});
