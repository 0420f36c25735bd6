import { and, eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readValues } from '#lib/records/document.ts';
import { mentionHref } from '#lib/records/mentions.ts';
import type { Edit } from '#lib/records/values.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import {
	changes,
	deals,
	dealTags,
	idempotencyKeys,
	keptEdits,
	ydocs,
	ydocUpdates
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, Stale } from '#lib/server/errors.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { EngineTab } from '#tests/sync/support/engine-tab.ts';
import { company, deal, furnish, PEOPLE, STAGES, TAGS } from '#tests/sync/support/world.ts';
import { edit } from './commit.ts';
import { commitMany } from './commit-many.ts';
import { compact } from './compact.ts';
import { create, createMany } from './create.ts';
import { loadRecord } from './load.ts';
import { loadReplica } from './replica.ts';
import { restore, trash } from './trash.ts';

const { db } = await testDatabase();
const system = systemCtx(db);
const as = (actor: Actor): Ctx => ({ ...system, actor });
const ann = as(PEOPLE.ann);
const { serverKind } = deal;
const port = createRecordPort(db, [serverKind], system.log);

beforeAll(async () => {
	await furnish(db);
	await db.execute(sql`alter table deals add constraint no_poison check (name <> 'POISON')`);
	await db.execute(sql`create unique index one_next_step on deals (next_step)`);
});

async function aDeal(values: object = {}): Promise<string> {
	const made = await create(ann, serverKind, {
		values: { ...deal.first, ...values },
		source: 'form'
	});
	if (!made.ok) throw new Error(JSON.stringify(made.faults));
	return made.value.id;
}

/** A tab, of Ann's unless said otherwise. */
const Tab = {
	open: (id: string, actor: Actor = PEOPLE.ann) => EngineTab.open(port, serverKind.kind, id, actor)
};

const stored = async (id: string) => {
	const loaded = await loadRecord(system, serverKind, id);
	if (!loaded) throw new Error('the deal is gone');
	return loaded;
};

describe('a new record', () => {
	test('has a number, a history of one entry, and no document', async () => {
		const id = await aDeal({
			tags: [TAGS.own[1], TAGS.own[0]],
			amount: { minor: '5', currency: 'EUR' }
		});
		const { row, values } = await stored(id);
		expect(row).toMatchObject({ rev: 1, createdBy: PEOPLE.ann.id });
		expect(values).toMatchObject({
			name: 'Harbour crane',
			tags: [TAGS.own[0], TAGS.own[1]],
			amount: { minor: '5', currency: 'EUR' }
		});
		const history = await db.select().from(changes).where(eq(changes.recordId, id));
		expect(history).toMatchObject([
			{ act: 'create', actorId: PEOPLE.ann.id, rev: 1, source: 'form' }
		]);
		expect(await loadReplica(system, serverKind, id)).toBeNull();
	});

	test('is refused with every reason by name', async () => {
		const made = await create(ann, serverKind, {
			values: {
				...deal.first,
				name: '',
				nextStep: 'x'.repeat(300),
				stage: STAGES.foreign,
				colour: 'red'
			},
			source: 'form'
		});
		expect(made).toMatchObject({ ok: false });
		const codes = made.ok ? [] : made.faults.map(({ field, code }) => `${field} ${code}`);
		expect(codes.sort()).toEqual([
			'colour unknown_field',
			'name required',
			'nextStep too_long',
			'stage not_found'
		]);
	});

	test('cannot take an id that exists, and cannot learn that it does', async () => {
		const id = await aDeal();
		const [taken, bad] = await Promise.all(
			[id, 'nonsense'].map((wish) =>
				create(ann, serverKind, { id: wish, values: deal.first, source: 'form' })
			)
		);
		expect(taken).toEqual(bad);
		expect(taken).toMatchObject({ ok: false, faults: [{ field: 'id', code: 'not_a_reference' }] });
	});

	test('[SYNC I8] made twice with one key is made once, and another wish under that key is refused', async () => {
		const [id, idempotencyKey] = [newId(), newId()];
		const wish = { id, idempotencyKey, values: { ...deal.first }, source: 'form' as const };
		const [one, two] = await Promise.all([
			create(ann, serverKind, wish),
			create(ann, serverKind, wish)
		]);
		expect(one).toEqual(two);
		expect(one).toMatchObject({ ok: true, value: { id } });
		await expect(
			create(ann, serverKind, { ...wish, values: { ...deal.first, name: 'Other' } })
		).rejects.toThrow(Stale);
		expect(
			await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, idempotencyKey))
		).toHaveLength(1);
	});

	test('may only be begun by those who may', async () => {
		await expect(
			create(as(PEOPLE.tina), serverKind, { values: deal.first, source: 'form' })
		).rejects.toThrow(Forbidden);
	});

	test('comes alone or with many; the wrong ones do not hold up the rest', async () => {
		const made = await createMany(
			ann,
			company.serverKind,
			[
				{
					values: {
						...company.first,
						name: 'One',
						emails: { a: { address: 'A@b.de', label: 'work', position: 0 } }
					}
				},
				{ values: { ...company.first, name: '' } },
				{ values: { ...company.first, name: 'Three' } }
			],
			{ source: 'import', batchId: newId() }
		);
		expect(made.map(({ ok }) => ok)).toEqual([true, false, true]);
		const [first] = made;
		const loaded = first?.ok ? await loadRecord(system, company.serverKind, first.value.id) : null;
		expect(loaded?.values).toMatchObject({ name: 'One', emails: { a: { address: 'a@b.de' } } });
	});
});

describe('an edit by form', () => {
	test('is plain SQL while nobody has the record open', async () => {
		const id = await aDeal();
		const edited = await edit(
			ann,
			serverKind,
			id,
			[
				{ field: 'tags', add: [TAGS.own[0]] },
				{ field: 'name', set: 'Crane 2', base: 'Harbour crane' }
			],
			{ source: 'form' }
		);
		expect(edited).toMatchObject({
			ok: true,
			rev: 2,
			values: { name: 'Crane 2', tags: [TAGS.own[0]] }
		});
		expect((await stored(id)).values).toMatchObject({ name: 'Crane 2', tags: [TAGS.own[0]] });
		expect(await db.select().from(ydocs).where(eq(ydocs.recordId, id))).toEqual([]);
		const history = await db
			.select()
			.from(changes)
			.where(and(eq(changes.recordId, id), eq(changes.rev, 2)));
		expect(history.map(({ field, old, new: value }) => [field, old, value])).toEqual([
			['name', 'Harbour crane', 'Crane 2'],
			['tags', [], [TAGS.own[0]]]
		]);
	});

	test('on what somebody has changed meanwhile answers with both values', async () => {
		const id = await aDeal();
		await edit(ann, serverKind, id, [{ field: 'name', set: 'Newer' }], { source: 'form' });
		const late = await edit(
			ann,
			serverKind,
			id,
			[{ field: 'name', set: 'Mine', base: 'Harbour crane' }],
			{ source: 'form' }
		);
		expect(late).toMatchObject({
			ok: false,
			faults: [{ field: 'name', code: 'stale' }],
			current: { name: 'Newer' }
		});
	});

	test('[SYNC I10] is not found by those who may not see it, and refused to those who may only look', async () => {
		const id = await aDeal();
		const wish: Edit[] = [{ field: 'name', set: 'Mine' }];
		await expect(edit(as(PEOPLE.tina), serverKind, id, wish, { source: 'form' })).rejects.toThrow(
			NotFound
		);
		await expect(edit(as(PEOPLE.cleo), serverKind, id, wish, { source: 'form' })).rejects.toThrow(
			Forbidden
		);
		expect((await stored(id)).row.rev).toBe(1);
	});

	test('[SYNC I8] repeated with its key counts once', async () => {
		const id = await aDeal();
		const options = { source: 'form', idempotencyKey: newId() } as const;
		const wish: Edit[] = [{ field: 'important', set: true }];
		const one = await edit(ann, serverKind, id, wish, options);
		await edit(ann, serverKind, id, [{ field: 'important', set: false }], { source: 'form' });
		expect(await edit(ann, serverKind, id, wish, options)).toEqual(one);
		expect((await stored(id)).values.important).toBe(false);
	});

	test('vanishes with the transaction around it', async () => {
		const id = await aDeal();
		const failing = inTransaction(ann, async (ctx) => {
			await edit(ctx, serverKind, id, [{ field: 'name', set: 'Never' }], { source: 'form' });
			throw new Error('the rest failed');
		});
		await expect(failing).rejects.toThrow('the rest failed');
		expect((await stored(id)).values.name).toBe('Harbour crane');
	});

	test('of many records is answered one by one', async () => {
		const ids = [await aDeal(), await aDeal()];
		const answers = await commitMany(
			ann,
			serverKind,
			ids.map((id) => ({ id, edits: [{ field: 'important', set: true }] })),
			{ source: 'form' }
		);
		expect(ids.map((id) => answers.get(id))).toMatchObject([
			{ ok: true, rev: 2 },
			{ ok: true, rev: 2 }
		]);
	});
});

describe('a live edit', () => {
	test('[SYNC I3] reaches the columns with the document, the history and the log', async () => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		await tab.replicator.commit([
			tab.write({ field: 'amount', set: { minor: '129900', currency: 'EUR' } }),
			tab.write({ field: 'tags', add: [TAGS.own[2]] })
		]);
		const { row, values } = await stored(id);
		expect(row).toMatchObject({
			rev: 2,
			amountMinor: 129900n,
			currency: 'EUR',
			modifiedBy: PEOPLE.ann.id
		});
		expect(values.tags).toEqual([TAGS.own[2]]);
		const replica = await loadReplica(system, serverKind, id);
		expect(replica).toMatchObject({ rev: 2, epoch: 1 });
		expect(readValues(replica?.doc ?? new Y.Doc(), serverKind.kind)).toMatchObject({
			tags: [TAGS.own[2]]
		});
		const history = await db
			.select()
			.from(changes)
			.where(and(eq(changes.recordId, id), eq(changes.rev, 2)));
		expect(history.map(({ field, source }) => [field, source])).toEqual([
			['amount', 'live'],
			['tags', 'live']
		]);
	});

	test('meets a form on the same record: both are there, in the document too', async () => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		await edit(ann, serverKind, id, [{ field: 'nextStep', set: `Call ${id}` }], { source: 'form' });
		await tab.replicator.commit([tab.write({ field: 'name', set: 'Both' })]);
		const { doc } = await tab.replicator.current();
		expect(readValues(doc, serverKind.kind)).toMatchObject({
			name: 'Both',
			nextStep: `Call ${id}`
		});
		expect((await stored(id)).values).toMatchObject({ name: 'Both', nextStep: `Call ${id}` });
	});

	test('[SYNC-84] brings along what follows from it, as a revision of its own', async () => {
		const id = await aDeal();
		await db.update(deals).set({ onwardStageId: STAGES.open[1] }).where(eq(deals.id, id));
		const tab = await Tab.open(id);
		await tab.replicator.commit([tab.write({ field: 'name', set: 'Taken up' })]);
		const wanted = { name: 'Taken up', stage: STAGES.open[1] };
		const { row, values } = await stored(id);
		expect([row.rev, values]).toEqual([3, expect.objectContaining(wanted)]);
		const { doc } = await tab.replicator.current();
		expect(readValues(doc, serverKind.kind)).toMatchObject(wanted);
		await tab.refresh();
		await tab.replicator.commit([tab.write({ field: 'name', set: 'Worked on' })]);
		expect((await stored(id)).row.rev).toBe(4);
		const history = await db.select().from(changes).where(eq(changes.recordId, id));
		expect(history.map(({ rev, field }) => [rev, field]).sort()).toEqual([
			...[
				[1, null],
				[2, 'name'],
				[3, 'stage'],
				[4, 'name']
			]
		]);
		expect(history.every(({ actorId }) => actorId === PEOPLE.ann.id)).toBe(true);
	});

	test('[SYNC-4] under the client id of somebody else is refused', async () => {
		const id = await aDeal();
		const anns = await Tab.open(id);
		await anns.replicator.commit([anns.write({ field: 'name', set: 'Mine' })]);
		const stolen = { ...anns.write({ field: 'name', set: 'Stolen' }), actor: PEOPLE.bob };
		expect(await anns.replicator.commit([stolen])).toMatchObject([{ ok: false, close: 4400 }]);
		expect((await stored(id)).values.name).toBe('Mine');
	});

	test('writing in the notes is one entry of the history a sitting, with the text as it was', async () => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		const note = (words: string) =>
			({
				type: 'doc',
				content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }]
			}) as const;
		for (const words of ['One', 'One two', 'One two three']) {
			await tab.replicator.commit([tab.write({ field: 'notes', set: note(words) })]);
		}
		const { row } = await stored(id);
		expect(row).toMatchObject({ rev: 4, notesText: 'One two three' });
		const history = await db
			.select()
			.from(changes)
			.where(and(eq(changes.recordId, id), eq(changes.field, 'notes')));
		expect(history).toMatchObject([{ rev: 2, old: null, new: null }]);
	});

	test('[SYNC-85] whoever is mentioned in the middle of a sitting is to be told, by the id of the mention', async () => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		const mention = { userId: PEOPLE.bob.id, id: newId() };
		const link = { type: 'link', attrs: { href: mentionHref(mention) } };
		for (const marks of [[], [link], [link, { type: 'bold' }]]) {
			const text = { type: 'text', text: '@Bob', ...(marks.length > 0 && { marks }) };
			const set = { type: 'doc', content: [{ type: 'paragraph', content: [text] }] } as const;
			await tab.replicator.commit([tab.write({ field: 'notes', set })]);
		}
		const told = await db.execute(sql`
			select data -> 'input' -> 'mentions' as mentions from pgboss.job
			where data ->> 'job' = 'notifications.mentioned' and data -> 'input' ->> 'recordId' = ${id}`);
		expect(told.map(({ mentions }) => mentions)).toEqual([[mention]]);
	});
});

describe('[SYNC-15] poison', () => {
	test.each<[string, Edit]>([
		['a violated check', { field: 'name', set: 'POISON' }],
		['a unique clash', { field: 'nextStep', set: 'Taken' }]
	])('%s: only the guilty edit is set aside, the room goes on', async (_what, guilty) => {
		await aDeal({ nextStep: 'Taken' }).catch(() => {});
		const id = await aDeal();
		const [anns, bobs] = [await Tab.open(id), await Tab.open(id, PEOPLE.bob)];
		const results = await anns.replicator.commit([
			bobs.write({ field: 'important', set: true }),
			anns.write(guilty),
			bobs.write({ field: 'nextStepOn', set: '2031-01-05' })
		]);
		expect(results).toMatchObject([{ ok: true }, { ok: false, close: 4400 }, { ok: true }]);
		expect((await stored(id)).values).toMatchObject({
			name: 'Harbour crane',
			important: true,
			nextStepOn: '2031-01-05'
		});
		const aside = await db.select().from(keptEdits).where(eq(keptEdits.recordId, id));
		const value = 'set' in guilty ? guilty.set : null;
		expect(aside).toMatchObject([
			{ userId: PEOPLE.ann.id, reason: 'unreadable', field: guilty.field, value }
		]);
		expect(aside[0]?.update).not.toBeNull();
	});

	test.each<[string, Edit]>([
		['NUL', { field: 'name', set: 'a\0b' }],
		['10^30', { field: 'amount', set: { minor: `1${'0'.repeat(30)}`, currency: 'EUR' } }],
		['300 characters', { field: 'name', set: 'x'.repeat(300) }]
	])('%s never reaches a statement: it is repaired, and its author told', async (_what, bad) => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		const results = await tab.replicator.commit([
			tab.write(bad),
			tab.write({ field: 'important', set: true })
		]);
		expect(results).toMatchObject([
			{ ok: true, notices: [{ type: 'rejected', field: bad.field }] },
			{ ok: true, notices: [] }
		]);
		expect((await stored(id)).values).toMatchObject({
			name: 'Harbour crane',
			amount: null,
			important: true
		});
		const kept = await db.select().from(keptEdits).where(eq(keptEdits.recordId, id));
		expect(kept).toMatchObject([{ reason: 'rejected', field: bad.field, update: null }]);
	});
});

describe('the end of a record', () => {
	test('is the trash, from where it comes back with its document in step', async () => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		await trash(ann, serverKind, id);
		expect(await loadRecord(system, serverKind, id)).toBeNull();
		await expect(
			tab.replicator.commit([tab.write({ field: 'name', set: 'Too late' })])
		).rejects.toThrow(NotFound);
		await expect(edit(ann, serverKind, id, [], { source: 'form' })).rejects.toThrow(NotFound);
		await restore(ann, serverKind, id);
		const again = await Tab.open(id);
		await again.replicator.commit([again.write({ field: 'name', set: 'Back' })]);
		expect(await stored(id)).toMatchObject({ row: { rev: 4 }, values: { name: 'Back' } });
	});

	test('is not for those who may only write it', async () => {
		const id = await aDeal();
		await expect(trash(as(PEOPLE.cleo), serverKind, id)).rejects.toThrow(Forbidden);
		await expect(trash(as(PEOPLE.tina), serverKind, id)).rejects.toThrow(NotFound);
		await expect(restore(ann, serverKind, id)).rejects.toThrow(NotFound);
	});
});

describe('the log', () => {
	const logOf = (id: string) =>
		db
			.select({ rev: ydocUpdates.rev })
			.from(ydocUpdates)
			.where(eq(ydocUpdates.recordId, id))
			.orderBy(ydocUpdates.rev);

	test('[SYNC I4] is compacted after 200 revisions, and the last 50 stay for those who are behind', async () => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		for (let i = 0; i < 205; i++) {
			await tab.replicator.commit([tab.write({ field: 'name', set: `Crane ${i}` })]);
		}
		const log = await logOf(id);
		expect(log.length).toBeLessThan(70);
		expect(log.at(-1)?.rev).toBe(206);
		const replica = await loadReplica(system, serverKind, id);
		expect(replica?.values.name).toBe('Crane 204');
	}, 30_000);

	test('[SYNC I4] is compacted when nobody has the record open', async () => {
		const id = await aDeal();
		const tab = await Tab.open(id);
		await tab.replicator.commit([tab.write({ field: 'name', set: 'Compact' })]);
		await compact(system, serverKind, id);
		const [head] = await db.select().from(ydocs).where(eq(ydocs.recordId, id));
		expect(head).toMatchObject({ rev: 2, snapshotRev: 2 });
		expect((await loadReplica(system, serverKind, id))?.values.name).toBe('Compact');
	});
});

test('two writers of one record wait for each other, and neither is lost', async () => {
	const id = await aDeal();
	await Promise.all(
		Array.from({ length: 8 }, (_, i) =>
			edit(
				ann,
				serverKind,
				id,
				[{ field: 'tags', [i % 2 ? 'add' : 'remove']: [TAGS.own[i % 4]] } as Edit],
				{ source: 'form' }
			)
		)
	);
	const [row] = await db.select().from(deals).where(eq(deals.id, id));
	const tags = await db.select().from(dealTags).where(eq(dealTags.dealId, id));
	expect([row?.rev, tags.length]).toEqual([3, 2]);
});
