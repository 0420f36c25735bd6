import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { writeEdit } from '#lib/records/document.ts';
import type { Edit } from '#lib/records/values.ts';
import { connect } from '#lib/server/db/connect.ts';
import { changes, ydocs, ydocUpdates } from '#lib/server/db/tables/index.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { EpochRaised, Replicator } from '#lib/server/hub/replicator.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { deal, furnish, PEOPLE, TAGS } from '#tests/sync/support/world.ts';
import { edit } from './commit.ts';
import { create } from './create.ts';
import { loadRecord } from './load.ts';
import { loadReplica } from './replica.ts';
import { trash } from './trash.ts';

const { url, db } = await testDatabase();
const ann = systemCtx(db, { actor: PEOPLE.ann });
const { serverKind } = deal;

// A pool of its own, so that what a commit sends can be counted.
const hub = connect(url, { max: 2, settings: { plan_cache_mode: 'auto' } });
const sent: string[] = [];
hub.sql.options.debug = (_connection, query) => void sent.push(query.trim());

beforeAll(() => furnish(db));
afterAll(() => hub.close());

/** A room of one web process with the document of one person's tab. */
class Process {
	readonly tab = new Y.Doc();
	readonly #replicator: Replicator;

	constructor(id: string) {
		const port = createRecordPort(hub.db, [serverKind], ann.log);
		this.#replicator = new Replicator(port, 'deal', id, 1);
	}

	/** Opens the record and writes until nothing has to be asked any more. */
	static async warm(id: string): Promise<Process> {
		const process = new Process(id);
		Y.applyUpdate(process.tab, Y.encodeStateAsUpdate((await process.#replicator.current()).doc));
		for (let i = 0; i < 6; i++) await process.write({ field: 'nextStep', set: `Call ${i}` });
		return process;
	}

	async write(...edits: readonly Edit[]) {
		const before = Y.encodeStateVector(this.tab);
		for (const edit of edits) writeEdit(this.tab, serverKind.kind, edit);
		return this.send(Y.encodeStateAsUpdate(this.tab, before));
	}

	async send(update: Uint8Array, actor: Actor = PEOPLE.ann) {
		const input = { update, mode: 'live' as const, actor };
		const results = await this.#replicator.commit([input]);
		for (const news of this.#replicator.takeUpdates()) Y.applyUpdate(this.tab, news);
		return results;
	}
}

async function aDeal(): Promise<string> {
	const made = await create(ann, serverKind, {
		values: { ...deal.first, tags: [TAGS.own[0]] },
		source: 'form'
	});
	if (!made.ok) throw new Error(JSON.stringify(made.faults));
	return made.value.id;
}

async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
	sent.length = 0;
	await work();
	return [...sent];
}

const valuesOf = async (id: string) => (await loadRecord(ann, serverKind, id))?.values;

const logOf = (id: string) =>
	db
		.select({ rev: ydocUpdates.rev })
		.from(ydocUpdates)
		.where(eq(ydocUpdates.recordId, id))
		.orderBy(asc(ydocUpdates.rev));

test('[SYNC-21] a keystroke in a record that only this process changes is one statement', async () => {
	const id = await aDeal();
	const process = await Process.warm(id);
	const scalar = () => process.write({ field: 'nextStep', set: 'Call on Monday' });
	expect(await statementsOf(scalar)).toHaveLength(1);
	const text = (words: string) => () =>
		process.write({
			field: 'notes',
			set: {
				type: 'doc',
				content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }]
			}
		});
	expect(await statementsOf(text('First'))).toHaveLength(1);
	expect(await statementsOf(text('First words'))).toHaveLength(1);
	expect(await valuesOf(id)).toMatchObject({ nextStep: 'Call on Monday', tags: [TAGS.own[0]] });
	const written = await db.select().from(changes).where(eq(changes.recordId, id));
	expect(written.filter(({ field }) => field === 'notes')).toHaveLength(1);
});

test('[SYNC-21] what refers to other rows is asked under the lock', async () => {
	const id = await aDeal();
	const process = await Process.warm(id);
	const own = () => process.write({ field: 'tags', add: [TAGS.own[1]] });
	expect((await statementsOf(own)).join('\n')).toContain('for no key update');
	const [result] = await process.write({ field: 'tags', add: [TAGS.foreign] });
	expect(result).toMatchObject({ notices: [{ type: 'rejected', fault: { code: 'not_found' } }] });
	expect(await valuesOf(id)).toMatchObject({ tags: [TAGS.own[0], TAGS.own[1]].sort() });
});

test('[SYNC-21] a process that has not heard of another commit writes nothing over it', async () => {
	const id = await aDeal();
	const [first, second] = [await Process.warm(id), await Process.warm(id)];
	// Neither hears of the other: there is no listener here.
	for (let i = 0; i < 8; i++) {
		await first.write({ field: 'name', set: `Crane ${i}` });
		await second.write({ field: 'nextStep', set: `Mail ${i}` });
		expect(await valuesOf(id)).toMatchObject({ name: `Crane ${i}`, nextStep: `Mail ${i}` });
	}
	const replica = await loadReplica(ann, serverKind, id);
	expect(replica?.values).toMatchObject({ name: 'Crane 7', nextStep: 'Mail 7' });
	const revs = (await logOf(id)).map(({ rev }) => rev);
	expect(revs).toEqual(revs.map((_, index) => index + (revs[0] ?? 0)));
	expect(replica?.rev).toBe(revs.at(-1));
});

test('[SYNC-21] what stands on commits that this process has not heard of is taken, not called malformed', async () => {
	const id = await aDeal();
	const [first, second] = [await Process.warm(id), await Process.warm(id)];
	const behind = Y.encodeStateVector(first.tab);
	await second.write({ field: 'name', set: 'Seen at the second' });
	// The tab of the first was at the second for a moment and comes back with what it saw and wrote there.
	const tab = new Y.Doc();
	Y.applyUpdate(tab, Y.encodeStateAsUpdate(second.tab));
	writeEdit(tab, serverKind.kind, { field: 'nextStep', set: 'Written on top' });
	const [result] = await first.send(Y.encodeStateAsUpdate(tab, behind), PEOPLE.bob);
	expect(result).toMatchObject({ ok: true });
	expect(await valuesOf(id)).toMatchObject({
		name: 'Seen at the second',
		nextStep: 'Written on top'
	});
});

test('[SYNC-21] a form changes the record in between: both stay, and rights are judged anew', async () => {
	const id = await aDeal();
	const process = await Process.warm(id);
	await edit(ann, serverKind, id, [{ field: 'name', set: 'From the form' }], { source: 'form' });
	await process.write({ field: 'nextStep', set: 'From the tab' });
	expect(await valuesOf(id)).toMatchObject({ name: 'From the form', nextStep: 'From the tab' });
});

test('[SYNC-20] a record that went to the trash unheard takes no more', async () => {
	const id = await aDeal();
	const process = await Process.warm(id);
	await trash(ann, serverKind, id);
	await expect(process.write({ field: 'name', set: 'Too late' })).rejects.toThrow('deal');
});

test('[SYNC-21] a document of another epoch is noticed before anything is written', async () => {
	const id = await aDeal();
	const process = await Process.warm(id);
	await db.update(ydocs).set({ epoch: 2 }).where(eq(ydocs.recordId, id));
	await expect(process.write({ field: 'name', set: 'Of old' })).rejects.toThrow(EpochRaised);
	expect(await valuesOf(id)).toMatchObject({ name: deal.first.name });
});
