import { asc, eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { handInDrafts } from '#lib/features/kept/commands.server.ts';
import type { Edit } from '#lib/records/values.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { changes, keptEdits } from '#lib/server/db/tables/index.ts';
import { NotFound, Stale, TooMany } from '#lib/server/errors.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { EngineTab } from '#tests/sync/support/engine-tab.ts';
import { deal, furnish, PEOPLE, STAGES, TAGS } from '#tests/sync/support/world.ts';
import { edit } from './commit.ts';
import { create } from './create.ts';
import { loadRecord } from './load.ts';
import { trash } from './trash.ts';

const { db } = await testDatabase();
const system = systemCtx(db);
const as = (actor: Actor): Ctx => ({ ...system, actor });
const { serverKind } = deal;
const { ann, bob, olga, cleo } = PEOPLE;
const port = createRecordPort(db, [serverKind], system.log);

beforeAll(() => furnish(db));

async function aDeal(values: object = {}): Promise<string> {
	const wish = { values: { ...deal.first, ...values }, source: 'form' } as const;
	const made = await create(as(ann), serverKind, wish);
	if (!made.ok) throw new Error(JSON.stringify(made.faults));
	return made.value.id;
}

const tabOf = (actor: Actor, id: string) => EngineTab.open(port, serverKind.kind, id, actor);

const keptOf = (id: string) =>
	db
		.select()
		.from(keptEdits)
		.where(eq(keptEdits.recordId, id))
		.orderBy(asc(keptEdits.field), sql`value::text`, asc(keptEdits.userId));

const valuesOf = async (id: string) => (await loadRecord(system, serverKind, id))?.values;

const put = (actor: Actor, id: string, wish: Edit) =>
	edit(as(actor), serverKind, id, [wish], { source: 'form' });

describe('[SYNC-30] a refused edit', () => {
	test('is kept for its author with the reason, once however often it is tried', async () => {
		const id = await aDeal();
		const tab = await tabOf(ann, id);
		const wish = { field: 'stage', set: STAGES.won } as const;
		const [notice] = await tab.commit(wish);
		expect(notice).toMatchObject({ type: 'rejected', fault: { code: 'stage_closed' } });
		await tab.refresh();
		await tab.commit(wish);
		expect(await keptOf(id)).toMatchObject([
			{
				...{ id: notice?.id, userId: ann.id, reason: 'rejected', field: 'stage', otherId: null },
				...{ value: STAGES.won, current: STAGES.open[0], fault: { code: 'stage_closed' } }
			}
		]);
	});

	test('leaves nothing behind when nothing was typed', async () => {
		const id = await aDeal();
		const [notice] = await (await tabOf(ann, id)).commit({ field: 'name', set: null });
		expect(notice).toMatchObject({ type: 'rejected', id: null, fault: { code: 'required' } });
		expect(await keptOf(id)).toEqual([]);
	});

	test('may hold whatever cannot be stored elsewhere', async () => {
		const id = await aDeal();
		await (await tabOf(ann, id)).commit({ field: 'name', set: 'a\0b\ud800' });
		expect(await keptOf(id)).toMatchObject([{ value: 'a\ufffdb\ufffd' }]);
	});

	test('is kept also where a keystroke is committed without a transaction', async () => {
		const id = await aDeal();
		const tab = await tabOf(ann, id);
		for (let i = 0; i < 8; i++) await tab.commit({ field: 'nextStep', set: `Call ${i}` });
		const [notice] = await tab.commit({ field: 'name', set: 'x'.repeat(300) });
		expect(await keptOf(id)).toMatchObject([{ id: notice?.id, field: 'name' }]);
		expect(await valuesOf(id)).toMatchObject({ name: 'Harbour crane', nextStep: 'Call 7' });
	});

	test('vanishes with the transaction that refused it', async () => {
		const id = await aDeal();
		const failing = inTransaction(as(ann), async (ctx) => {
			await edit(ctx, serverKind, id, [{ field: 'stage', set: STAGES.won }], {
				source: 'live',
				mode: 'replay'
			});
			throw new Error('the rest failed');
		});
		await expect(failing).rejects.toThrow('the rest failed');
		expect(await keptOf(id)).toEqual([]);
	});
});

describe('[SYNC-11] a replay against a newer value', () => {
	test('is kept for its author and names whose value stands', async () => {
		const id = await aDeal();
		const away = await tabOf(bob, id);
		const late = away.write({ field: 'nextStep', set: 'From the train' }, 'replay');
		await put(olga, id, { field: 'nextStep', set: 'From the office' });
		await put(ann, id, { field: 'important', set: true });
		const [result] = await away.replicator.commit([late]);
		const notices = result?.ok ? result.notices : [];
		expect(notices).toMatchObject([
			{ type: 'conflict', value: 'From the train', current: 'From the office', by: { id: olga.id } }
		]);
		expect(await valuesOf(id)).toMatchObject({ nextStep: 'From the office' });
		expect(await keptOf(id)).toMatchObject([
			{ userId: bob.id, otherId: olga.id, reason: 'conflict', value: 'From the train' }
		]);
	});

	test('names whoever began the record when nobody has written the field since, and nobody for one’s own value', async () => {
		const id = await aDeal({ nextStep: 'As begun' });
		const replay = { source: 'live', mode: 'replay' } as const;
		const wish: Edit[] = [{ field: 'nextStep', set: 'Late', base: 'Older' }];
		const bobs = await edit(as(bob), serverKind, id, wish, replay);
		expect(bobs).toMatchObject({ ok: true, notices: [{ by: { id: ann.id, name: ann.name } }] });
		const anns = await edit(as(ann), serverKind, id, wish, replay);
		expect(anns).toMatchObject({ ok: true, notices: [{ type: 'conflict', by: null }] });
		expect((await keptOf(id)).map(({ userId, otherId }) => [userId, otherId])).toEqual([
			[ann.id, null],
			[bob.id, ann.id]
		]);
	});
});

describe('[SYNC-31] two who write one field in one moment', () => {
	test('the last arrival stays; the other value is kept and both are told', async () => {
		const id = await aDeal();
		const [anns, bobs] = [await tabOf(ann, id), await tabOf(bob, id)];
		const late = bobs.write({ field: 'nextStep', set: 'Bob calls' });
		expect(await anns.commit({ field: 'nextStep', set: 'Ann calls' })).toEqual([]);
		const [result] = await bobs.replicator.commit([late]);
		expect(result?.ok && result.notices).toMatchObject([
			{ type: 'overtaken', value: 'Ann calls', current: 'Bob calls', by: { id: ann.id } }
		]);
		expect(await valuesOf(id)).toMatchObject({ nextStep: 'Bob calls' });
		expect(await keptOf(id)).toMatchObject([
			{ userId: ann.id, otherId: bob.id, reason: 'overtaken', value: 'Ann calls' }
		]);
	});

	test('also when both arrive in one commit', async () => {
		const id = await aDeal();
		const [anns, bobs] = [await tabOf(ann, id), await tabOf(bob, id)];
		await anns.replicator.commit([
			anns.write({ field: 'nextStep', set: 'Ann calls' }),
			bobs.write({ field: 'nextStep', set: 'Bob calls' })
		]);
		expect(await keptOf(id)).toMatchObject([
			{ userId: ann.id, otherId: bob.id, value: 'Ann calls', current: 'Bob calls' }
		]);
	});

	test('again and again, each has one value waiting at most: the last that he lost', async () => {
		const id = await aDeal();
		const [anns, bobs] = [await tabOf(ann, id), await tabOf(bob, id)];
		const commits = ['A1', 'B1', 'A2', 'B2', 'A3', 'B3'].map(async (value, at) => {
			const tab = at % 2 === 0 ? anns : bobs;
			return tab.write({ field: 'nextStep', set: value });
		});
		for (const write of commits) await anns.replicator.commit([await write]);
		const kept = await keptOf(id);
		const open = kept.filter(({ settledAt }) => settledAt === null);
		expect(open).toMatchObject([{ userId: ann.id, value: 'A3', current: 'B3' }]);
		expect(kept.filter(({ settledHow }) => settledHow === 'superseded').length).toBeGreaterThan(0);
	});

	test('no word of it between two tabs of one person, for equal values, or for one after the other', async () => {
		const id = await aDeal();
		const [one, two, bobs] = [await tabOf(ann, id), await tabOf(ann, id), await tabOf(bob, id)];
		const [late, equal] = [
			two.write({ field: 'nextStep', set: 'Second tab' }),
			bobs.write({ field: 'nextStep', set: 'Second tab' })
		];
		await one.commit({ field: 'nextStep', set: 'First tab' });
		await one.replicator.commit([late]);
		await one.replicator.commit([equal]);
		const next = await tabOf(bob, id);
		await next.commit({ field: 'nextStep', set: 'Later' });
		expect(await keptOf(id)).toEqual([]);
	});

	test('nor when the value that went was written by no person', async () => {
		const id = await aDeal();
		const bobs = await tabOf(bob, id);
		const late = bobs.write({ field: 'nextStep', set: 'Bob calls' });
		await edit(system, serverKind, id, [{ field: 'nextStep', set: 'By a job' }], { source: 'job' });
		const [result] = await bobs.replicator.commit([late]);
		expect(result).toMatchObject({ ok: true, notices: [] });
		expect(await keptOf(id)).toEqual([]);
	});
});

describe('[SYNC-17] a replay by operations', () => {
	const options = { source: 'live', mode: 'replay' } as const;

	test('is taken field by field, with what stays and what is wrong told and kept', async () => {
		const id = await aDeal();
		await put(olga, id, { field: 'nextStep', set: 'Newer' });
		await put(olga, id, { field: 'tags', add: [TAGS.own[0]] });
		const edited = await edit(
			as(bob),
			serverKind,
			id,
			[
				{ field: 'nextStep', set: 'Older', base: null },
				{ field: 'name', set: 'Crane 2', base: 'Harbour crane' },
				{ field: 'tags', set: [TAGS.own[1]], base: [] },
				{ field: 'stage', set: STAGES.won, base: STAGES.open[0] }
			],
			options
		);
		expect(edited).toMatchObject({
			ok: true,
			values: { name: 'Crane 2', nextStep: 'Newer', tags: [TAGS.own[0], TAGS.own[1]] },
			notices: [
				{ type: 'conflict', field: 'nextStep', value: 'Older', by: { id: olga.id } },
				{ type: 'rejected', field: 'stage', fault: { code: 'stage_closed' } }
			]
		});
		expect((await keptOf(id)).map(({ field, userId }) => [field, userId])).toEqual([
			['nextStep', bob.id],
			['stage', bob.id]
		]);
	});

	test('[SYNC I8] with the same key counts once and is answered the same, notices and all', async () => {
		const id = await aDeal({ nextStep: 'Newer' });
		const wish: Edit[] = [
			{ field: 'nextStep', set: 'Older', base: null },
			{ field: 'important', set: true, base: false }
		];
		const keyed = { ...options, idempotencyKey: newId() };
		const one = await edit(as(bob), serverKind, id, wish, keyed);
		await put(olga, id, { field: 'important', set: false });
		expect(await edit(as(bob), serverKind, id, wish, keyed)).toEqual(one);
		expect(await valuesOf(id)).toMatchObject({ important: false });
		expect(await keptOf(id)).toHaveLength(1);
		const conflicts = await db.select().from(changes).where(eq(changes.recordId, id));
		expect(conflicts.filter(({ conflict }) => conflict)).toHaveLength(1);
		const plain = { source: 'form', idempotencyKey: keyed.idempotencyKey } as const;
		await expect(edit(as(bob), serverKind, id, wish, plain)).rejects.toThrow(Stale);
	});

	test('[SYNC-13] of somebody who may only read is kept for him and changes nothing', async () => {
		const id = await aDeal();
		const wish: Edit[] = [{ field: 'name', set: 'Mine', base: 'Harbour crane' }];
		const edited = await edit(as(cleo), serverKind, id, wish, options);
		expect(edited).toMatchObject({
			ok: true,
			rev: 1,
			notices: [{ fault: { code: 'not_writable' } }]
		});
		expect(await keptOf(id)).toMatchObject([{ userId: cleo.id, value: 'Mine' }]);
	});

	test('[SYNC I10] finds no record that its author may not see, or that is in the trash', async () => {
		const id = await aDeal();
		const wish: Edit[] = [{ field: 'name', set: 'Mine' }];
		await expect(edit(as(PEOPLE.tina), serverKind, id, wish, options)).rejects.toThrow(NotFound);
		await trash(as(ann), serverKind, id);
		await expect(edit(as(ann), serverKind, id, wish, options)).rejects.toThrow(NotFound);
	});
});

describe('drafts of a closed socket', () => {
	const draft = (id: string, value: string) => ({
		...{ id: newId(), kind: 'deal', recordId: id, field: 'nextStep', current: null },
		value
	});

	test('handed in twice are kept once, without the record or a right to it', async () => {
		const gone = newId();
		const drafts = [draft(gone, 'Typed in a tunnel'), draft(gone, 'And this')];
		const first = await handInDrafts(as(bob), { drafts });
		expect(await handInDrafts(as(bob), { drafts })).toEqual(first);
		const twin = await handInDrafts(as(bob), { drafts: [draft(gone, 'And this')] });
		expect(twin.value.ids).toEqual([drafts[1]?.id]);
		expect(await keptOf(gone)).toMatchObject([
			{ id: drafts[1]?.id, userId: bob.id, reason: 'closed', value: 'And this' },
			{ id: drafts[0]?.id, value: 'Typed in a tunnel' }
		]);
	});

	test('are refused when they come too often', async () => {
		const handIn = () => handInDrafts(as(PEOPLE.carl), { drafts: [draft(newId(), 'x')] });
		for (let i = 0; i < 30; i++) await handIn();
		await expect(handIn()).rejects.toThrow(TooMany);
	});
});
