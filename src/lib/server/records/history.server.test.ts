import { and, eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readValues, writeEdit } from '#lib/records/document.ts';
import type { Edit, FieldValue, RichText } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, tags } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { Replicator } from '#lib/server/hub/replicator.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { deal, furnish, PEOPLE, STAGES, TAGS } from '#tests/sync/support/world.ts';
import { commit, edit } from './commit.ts';
import { create } from './create.ts';
import { loadRecord } from './load.ts';
import { changedSinceLooked, lookAt, sinceLooked } from './looked.ts';
import { decode } from './structs.ts';
import { revert } from './revert.ts';
import { loadHistory, namesIn } from './timeline.ts';
import { trash } from './trash.ts';

const { db } = await testDatabase();
const system = systemCtx(db);
const { serverKind } = deal;
const START = Date.UTC(2026, 5, 1, 9);
const port = createRecordPort(db, [serverKind], system.log);
let clientId = 1;

const at = (actor: Actor, minute = 0): Ctx => ({
	...system,
	actor,
	now: new Date(START + minute * 60_000)
});
const [ann, bob] = [at(PEOPLE.ann), at(PEOPLE.bob)];

beforeAll(() => furnish(db));

async function aDeal(values: object = {}): Promise<string> {
	const made = await create(ann, serverKind, { values: { ...deal.first, ...values } });
	if (!made.ok) throw new Error(JSON.stringify(made.faults));
	return made.value.id;
}

const valuesOf = async (id: string) => {
	const loaded = await loadRecord(system, serverKind, id);
	if (!loaded) throw new Error('the deal is gone');
	return loaded.values;
};

const historyOf = async (ctx: Ctx, id: string, query = '') =>
	loadHistory(ctx, serverKind, { id, values: await valuesOf(id) }, new URLSearchParams(query));

const save = async (ctx: Ctx, id: string, ...edits: Edit[]) => {
	expect(await edit(ctx, serverKind, id, edits)).toMatchObject({ ok: true });
};

const textOf = (...lines: string[]): RichText => ({
	type: 'doc',
	content: lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }))
});

/** Writes live, as a page does: through an update of its own copy of the document. */
async function writes(ctx: Ctx, id: string, field: string, value: FieldValue): Promise<void> {
	const { doc } = await port.open('deal', id);
	const copy = new Y.Doc();
	copy.clientID = ++clientId;
	Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
	const before = Y.encodeStateVector(copy);
	copy.transact(() => writeEdit(copy, serverKind.kind, { field, set: value }));
	const update = decode(Y.encodeStateAsUpdate(copy, before));
	if (!update) throw new Error('not an update');
	const { actor } = ctx;
	const input = { type: 'update', update, mode: 'live', actor } as const;
	await commit(ctx, serverKind, id, [input]);
}

describe('the history of a field', () => {
	test('names who, when, from where, old and new, down to the value that the record began with', async () => {
		const id = await aDeal({ nextStep: 'Call' });
		await save({ ...at(PEOPLE.bob, 5), source: 'api' }, id, { field: 'nextStep', set: 'Write' });
		const { entries, field } = await historyOf(ann, id, 'history=nextStep');
		expect(field).toBe('nextStep');
		expect(entries).toMatchObject([
			{ actor: { name: 'Bob Okafor' }, source: 'api', old: 'Call', new: 'Write', act: 'edit' },
			{ actor: { name: 'Ann Becker' }, source: 'form', old: null, new: 'Call', act: 'create' }
		]);
		expect(entries[0]?.at).toEqual(at(PEOPLE.bob, 5).now);
	});

	test('is read page by page, every entry once, entries of one revision too', async () => {
		const id = await aDeal();
		for (let step = 0; step < 31; step++) {
			await save(
				ann,
				id,
				{ field: 'nextStep', set: `Step ${step}` },
				{ field: 'name', set: `${step}` }
			);
		}
		const seen: string[] = [];
		let older: string | null = '';
		while (older !== null) {
			const page = await historyOf(ann, id, older === '' ? '' : `before=${older}`);
			expect(page.entries.length).toBeLessThanOrEqual(50);
			seen.push(...page.entries.map((entry) => entry.id));
			older = page.older;
		}
		const all = await db.select().from(changes).where(eq(changes.recordId, id));
		expect([seen.length, new Set(seen).size]).toEqual([all.length, all.length]);
		expect(all).toHaveLength(63);
	});

	test('goes by today’s names, of what lies in the trash too, and hands out no whole texts', async () => {
		const [tag = '', other = ''] = TAGS.own;
		const id = await aDeal({ tags: [tag] });
		await save(ann, id, { field: 'tags', add: [other], remove: [tag] });
		await save(ann, id, { field: 'notes', set: textOf('A secret of many pages') });
		await db.update(tags).set({ name: 'Renamed' }).where(eq(tags.id, tag));
		const { entries } = await historyOf(ann, id);
		const names = await namesIn(ann, serverKind, entries);
		expect(names).toEqual({ [tag]: 'Renamed', [other]: 'Tag 1' });
		expect(JSON.stringify(entries)).not.toContain('secret');
		await db.update(tags).set({ name: 'Tag 0' }).where(eq(tags.id, tag));
	});

	test('an address that asks for nonsense shows the whole history', async () => {
		const id = await aDeal();
		const asked = 'history=constructor&before=x.y&since=-1&version=0';
		expect(await historyOf(ann, id, asked)).toMatchObject({
			field: null,
			since: null,
			version: null,
			entries: [{ act: 'create' }]
		});
	});
});

describe('an earlier value', () => {
	const entryOf = async (id: string, field: string, index = 0) => {
		const { entries } = await historyOf(system, id, `history=${field}`);
		const entry = entries[index];
		if (!entry) throw new Error('no such entry');
		return entry.id;
	};

	test('[SYNC-71] comes back as an edit of whoever asks, marked as undoing, on screens that are open too', async () => {
		const id = await aDeal({ amount: { minor: '500', currency: 'EUR' } });
		await writes(bob, id, 'amount', { minor: '900', currency: 'USD' });
		const change = await entryOf(id, 'amount', 1);
		const asked = {
			change,
			field: 'amount',
			side: 'new',
			base: { minor: '900', currency: 'USD' }
		} as const;
		const done = await revert(ann, serverKind, id, asked);
		expect(done).toMatchObject({ ok: true, field: 'amount' });
		expect((await valuesOf(id)).amount).toEqual({ minor: '500', currency: 'EUR' });
		const { doc } = await port.open('deal', id);
		expect(readValues(doc, serverKind.kind).amount).toEqual({ minor: '500', currency: 'EUR' });
		const [newest] = (await historyOf(ann, id, 'history=amount')).entries;
		expect(newest).toMatchObject({
			id: done.ok && done.change,
			source: 'undo',
			actor: { name: 'Ann Becker' },
			old: { minor: '900' }
		});
		// And back again, by the entry that this made.
		const back = { change: newest?.id ?? '', field: 'amount', side: 'old' } as const;
		expect(await revert(ann, serverKind, id, back)).toMatchObject({ ok: true });
		expect((await valuesOf(id)).amount).toMatchObject({ minor: '900' });
	});

	test('of a set is put together by adding and taking away', async () => {
		const [a = '', b = '', c = ''] = TAGS.own;
		const id = await aDeal({ tags: [a, b] });
		await save(bob, id, { field: 'tags', add: [c], remove: [a] });
		const asked = { change: await entryOf(id, 'tags', 1), field: 'tags', side: 'new' } as const;
		expect(await revert(ann, serverKind, id, { ...asked, base: [b, c] })).toMatchObject({
			ok: true
		});
		expect((await valuesOf(id)).tags).toEqual([a, b]);
	});

	test('[SYNC-71] is asked about first when the page showed something else than what is there by now', async () => {
		const id = await aDeal({ nextStep: 'Call' });
		await save(ann, id, { field: 'nextStep', set: 'Write' });
		await save(bob, id, { field: 'nextStep', set: 'Visit' });
		const asked = {
			change: await entryOf(id, 'nextStep', 2),
			field: 'nextStep',
			side: 'new'
		} as const;
		expect(await revert(ann, serverKind, id, { ...asked, base: 'Write' })).toMatchObject({
			ok: false,
			fault: { code: 'stale' },
			wanted: 'Call',
			current: 'Visit'
		});
		expect((await valuesOf(id)).nextStep).toBe('Visit');
		expect(await revert(ann, serverKind, id, { ...asked, base: 'Visit' })).toMatchObject({
			ok: true
		});
		expect((await valuesOf(id)).nextStep).toBe('Call');
	});

	test('[SYNC-71] is refused where writing it would be: by right, by what it refers to, by the step that it is', async () => {
		const [tag = ''] = TAGS.own;
		const id = await aDeal({ tags: [tag], nextStepOn: '2026-06-05' });
		await save(bob, id, { field: 'tags', remove: [tag] }, { field: 'name', set: 'Renamed' });
		const name = { change: await entryOf(id, 'name', 1), field: 'name', side: 'new' } as const;
		await expect(revert(at(PEOPLE.cleo), serverKind, id, name)).rejects.toThrow(Forbidden);
		await expect(revert(at(PEOPLE.tina), serverKind, id, name)).rejects.toThrow(NotFound);
		expect(await revert(at(PEOPLE.carl), serverKind, id, name)).toMatchObject({
			ok: false,
			fault: { field: 'name', code: 'not_writable' }
		});
		const owner = { change: await entryOf(id, 'owner'), field: 'owner', side: 'old' } as const;
		expect(await revert(ann, serverKind, id, owner)).toMatchObject({
			ok: false,
			fault: { code: 'not_writable' }
		});
		await save(ann, id, { field: 'nextStepOn', set: '2026-06-09' });
		const late = at(PEOPLE.ann, 6 * 24 * 60);
		const day = {
			change: await entryOf(id, 'nextStepOn', 1),
			field: 'nextStepOn',
			side: 'new'
		} as const;
		expect(await revert(late, serverKind, id, day)).toMatchObject({
			ok: false,
			fault: { code: 'in_the_past' }
		});
		expect(await valuesOf(id)).toMatchObject({ name: 'Renamed', owner: PEOPLE.ann.id });
	});

	test('of another record or field is none', async () => {
		const [id, other] = [await aDeal(), await aDeal()];
		const change = await entryOf(other, 'name');
		const asked = { change, field: 'name', side: 'new' } as const;
		await expect(revert(ann, serverKind, id, asked)).rejects.toThrow(NotFound);
		await save(ann, id, { field: 'stage', set: STAGES.open[1] });
		const step = { change: await entryOf(id, 'stage'), field: 'name', side: 'new' } as const;
		await expect(revert(ann, serverKind, id, step)).rejects.toThrow(NotFound);
	});
});

describe('versions of the notes', () => {
	const versionsOf = async (id: string) => {
		const { entries } = await historyOf(system, id, 'history=notes');
		return Promise.all(
			entries.map(async (entry) => {
				const { version } = await historyOf(system, id, `history=notes&version=${entry.id}`);
				return { ...entry, version };
			})
		);
	};
	const textsOf = (versions: Awaited<ReturnType<typeof versionsOf>>) =>
		versions.map(
			({ version }) =>
				JSON.stringify(version?.text)
					.match(/"text":"[^"]*"/g)
					?.join() ?? ''
		);

	test('[SYNC-72] there is one for each sitting of each person, with the text as he left it', async () => {
		const id = await aDeal();
		await writes(at(PEOPLE.ann, 0), id, 'notes', textOf('A'));
		await writes(at(PEOPLE.ann, 2), id, 'notes', textOf('AB'));
		await writes(at(PEOPLE.bob, 3), id, 'notes', textOf('ABC'));
		await writes(at(PEOPLE.ann, 4), id, 'notes', textOf('ABCD'));
		await writes(at(PEOPLE.ann, 20), id, 'notes', textOf('ABCDE'));
		const versions = await versionsOf(id);
		expect(versions.map(({ actor }) => actor?.name)).toEqual([
			'Ann Becker',
			'Bob Okafor',
			'Ann Becker',
			'Ann Becker'
		]);
		expect(textsOf(versions)).toEqual(['"text":"ABCDE"', '"text":"ABCD"', '"text":"AB"', '']);
		expect(versions.map(({ version }) => version?.current)).toEqual([true, false, false, false]);
	});

	test('[SYNC-72] an earlier one comes back around what others write elsewhere; the text before is a version too', async () => {
		const id = await aDeal();
		await writes(at(PEOPLE.ann, 0), id, 'notes', textOf('first', 'kept'));
		await writes(at(PEOPLE.bob, 20), id, 'notes', textOf('spoiled', 'kept'));
		const [, earlier] = await versionsOf(id);
		// Bob writes on in the part that both versions share, on a copy from before.
		const { doc } = await port.open('deal', id);
		const copy = new Y.Doc();
		copy.clientID = ++clientId;
		Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
		const asked = { change: earlier?.id ?? '', field: 'notes', side: 'new' } as const;
		const done = await revert(at(PEOPLE.ann, 21), serverKind, id, asked);
		expect(done).toMatchObject({ ok: true });
		const before = Y.encodeStateVector(copy);
		const line = copy.getXmlFragment('notes').get(1);
		if (!(line instanceof Y.XmlElement)) throw new Error('the second line');
		const run = line.get(0);
		if (!(run instanceof Y.XmlText)) throw new Error('its text');
		run.insert(4, ' and more');
		const update = decode(Y.encodeStateAsUpdate(copy, before));
		if (!update) throw new Error('not an update');
		const actor = PEOPLE.bob;
		await commit(at(actor, 22), serverKind, id, [{ type: 'update', update, mode: 'live', actor }]);
		expect((await valuesOf(id)).notes).toEqual(textOf('first', 'kept and more'));

		const versions = await versionsOf(id);
		expect(textsOf(versions)).toEqual([
			'"text":"first","text":"kept and more"',
			'"text":"first","text":"kept"',
			'"text":"spoiled","text":"kept"',
			'"text":"first","text":"kept"',
			''
		]);
		expect(versions[1]).toMatchObject({ source: 'undo', actor: { name: 'Ann Becker' } });
		const undo = {
			change: done.ok ? (done.change ?? '') : '',
			field: 'notes',
			side: 'old'
		} as const;
		expect(await revert(at(PEOPLE.ann, 23), serverKind, id, undo)).toMatchObject({ ok: true });
		expect((await valuesOf(id)).notes).toEqual(textOf('spoiled', 'kept'));
	});
});

test('[SYNC-72] a process that has the document open learns that a text was replaced elsewhere', async () => {
	const id = await aDeal();
	const room = new Replicator(port, 'deal', id, 1);
	const doc = new Y.Doc();
	doc.clientID = ++clientId;
	Y.applyUpdate(doc, Y.encodeStateAsUpdate((await room.current()).doc));
	const send = async (text: string) => {
		const before = Y.encodeStateVector(doc);
		doc.transact(() => writeEdit(doc, serverKind.kind, { field: 'notes', set: textOf(text) }));
		const update = Y.encodeStateAsUpdate(doc, before);
		await room.commit([{ update, mode: 'live', actor: PEOPLE.ann }]);
	};
	const entries = async () => (await historyOf(system, id, 'history=notes')).entries.length;
	await send('first');
	await send('second');
	// The first entry, and the one with which the deal began.
	expect(await entries()).toBe(2);
	await edit({ ...ann, now: new Date() }, serverKind, id, [
		{ field: 'notes', set: textOf('replaced') }
	]);
	await room.catchUp();
	Y.applyUpdate(doc, Y.encodeStateAsUpdate((await room.current()).doc));
	await send('third');
	await send('fourth');
	expect(await entries()).toBe(4);
});

describe('what changed since one looked', () => {
	test('[SYNC-73] is told by field and person, not of oneself, until one looks again', async () => {
		const id = await aDeal();
		expect(await sinceLooked(ann, 'deal', id)).toBeNull();
		await lookAt(ann, serverKind, id);
		await save(ann, id, { field: 'name', set: 'Mine' });
		expect(await sinceLooked(ann, 'deal', id)).toBeNull();
		expect(await changedSinceLooked(ann, 'deal', [id])).toEqual([]);
		await save(at(PEOPLE.bob, 3), id, { field: 'nextStep', set: 'His' });
		await save(
			at(PEOPLE.bob, 4),
			id,
			{ field: 'nextStep', set: 'His own' },
			{ field: 'important', set: true }
		);
		const told = await sinceLooked(ann, 'deal', id);
		expect(told).toMatchObject({
			at: ann.now,
			changes: [{ name: 'Bob Okafor' }, { name: 'Bob Okafor' }]
		});
		expect(new Set(told?.changes.map(({ field }) => field))).toEqual(
			new Set(['nextStep', 'important'])
		);
		expect(await changedSinceLooked(ann, 'deal', [id, await aDeal()])).toEqual([id]);
		expect(await changedSinceLooked(bob, 'deal', [id])).toEqual([]);
		const { entries } = await historyOf(ann, id, `since=${told?.rev}`);
		expect(entries.map(({ field }) => field).sort()).toEqual(['important', 'nextStep', 'nextStep']);
		await lookAt(ann, serverKind, id);
		expect(await changedSinceLooked(ann, 'deal', [id])).toEqual([]);
	});

	test('nobody notes a look at what he may not see or what is in the trash', async () => {
		const id = await aDeal();
		await expect(lookAt(at(PEOPLE.tina), serverKind, id)).rejects.toThrow(NotFound);
		await expect(lookAt(ann, serverKind, 'nonsense')).rejects.toThrow(NotFound);
		await lookAt(at(PEOPLE.cleo), serverKind, id);
		await trash(ann, serverKind, id);
		await expect(lookAt(ann, serverKind, id)).rejects.toThrow(NotFound);
		const [row] = await db.execute(
			sql`select count(*)::int as views from record_views where record_id = ${id}`
		);
		expect(row).toEqual({ views: 1 });
	});
});

test('a conflict’s loser is in the history of its field and can be taken from there', async () => {
	const id = await aDeal({ nextStep: 'Call' });
	await db.insert(changes).values({
		id: crypto.randomUUID(),
		kind: 'deal',
		recordId: id,
		rev: 2,
		actorId: PEOPLE.bob.id,
		source: 'live',
		act: 'edit',
		field: 'nextStep',
		old: 'Call',
		new: 'From the train',
		conflict: true
	});
	const [kept] = (await historyOf(ann, id, 'history=nextStep')).entries;
	expect(kept).toMatchObject({ conflict: true, new: 'From the train' });
	const asked = { change: kept?.id ?? '', field: 'nextStep', side: 'new', base: 'Call' } as const;
	expect(await revert(ann, serverKind, id, asked)).toMatchObject({ ok: true });
	expect((await valuesOf(id)).nextStep).toBe('From the train');
	const rows = await db
		.select()
		.from(changes)
		.where(and(eq(changes.recordId, id), eq(changes.conflict, true)));
	expect(rows).toHaveLength(1);
});
