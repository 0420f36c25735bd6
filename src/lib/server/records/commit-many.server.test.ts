import { asc, eq, inArray } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { richTextOf } from '#lib/records/rich-text.ts';
import type { Edit, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import * as tables from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { Replicator } from '#lib/server/hub/replicator.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { randomForm } from '#tests/sync/support/edits.ts';
import { Random } from '#tests/sync/support/random.ts';
import {
	company,
	deal,
	furnish,
	NOBODY,
	NOW,
	PEOPLE,
	STAGES,
	TAGS,
	type Subject
} from '#tests/sync/support/world.ts';
import { edit } from './commit.ts';
import { commitMany, type ManyEdited } from './commit-many.ts';
import { create } from './create.ts';
import { readAllValues } from './row.ts';
import { trash } from './trash.ts';

const { db, sql } = await testDatabase();
const system = systemCtx(db, { now: NOW });
const heard: string[] = [];

beforeAll(async () => {
	await furnish(db);
	await sql.listen('live', (payload) => heard.push(payload));
});

afterAll(async () => {
	// The listener has a connection of its own.
	await sql.end();
});

/** A record, once to be changed alone and once among many. */
interface Twins {
	readonly alone: string;
	readonly among: string;
}

const STATES = ['plain', 'plain', 'plain', 'open', 'trashed', 'foreign', 'co-owned'] as const;

async function twins(random: Random, subject: Subject): Promise<Twins> {
	const { serverKind, first } = subject;
	const state = random.pick(STATES);
	const values: RecordValues = {
		...first,
		...(state === 'foreign' ? { owner: PEOPLE.olga.id } : {}),
		...('coOwners' in first ? { coOwners: state === 'co-owned' ? [PEOPLE.cleo.id] : [] } : {})
	};
	const make = async () => {
		const made = await create(system, serverKind, { values });
		if (!made.ok) throw new Error(JSON.stringify(made.faults));
		const { id } = made.value;
		if (state === 'trashed') await trash(system, serverKind, id);
		const port = createRecordPort(db, [serverKind], system.log);
		if (state === 'open') await new Replicator(port, serverKind.kind.name, id, 1).current();
		return id;
	};
	return { alone: await make(), among: await make() };
}

const BAD: readonly FieldValue[] = [
	'x'.repeat(300),
	'a\0b',
	NOBODY,
	STAGES.won,
	'2020-01-01',
	true,
	null,
	{ minor: '5', currency: 'XXQ' }
];
const NOTES: FieldValue = {
	type: 'doc',
	content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Größe "7"\\' }] }]
};

/** What a command, a form or a bulk edit may ask for, good or bad. */
function someEdits(random: Random, subject: Subject): readonly Edit[] {
	const edits: Edit[] = [...randomForm(random, subject)];
	const { fields } = subject.serverKind.kind;
	if (random.chance(0.3)) {
		const names = Object.keys(fields);
		const field = names[random.below(names.length)] ?? '';
		edits.push({ field, set: BAD[random.below(BAD.length)] ?? null });
	}
	if (random.chance(0.2)) edits.push({ field: 'notes', set: random.chance(0.7) ? NOTES : null });
	if (random.chance(0.1)) edits.push({ field: 'pipeline', set: 'no id' });
	if (random.chance(0.2)) edits.push({ field: 'notes', append: richTextOf('Below') });
	if (random.chance(0.2)) edits.push({ field: 'name', set: 'Newer', base: 'Older' });
	if (random.chance(0.2)) edits.push({ field: 'tags', set: [TAGS.own[1], TAGS.own[0]] });
	if (random.chance(0.1)) edits.push({ field: 'tags', add: [TAGS.foreign] });
	if (random.chance(0.2)) edits.push({ field: 'owner', set: PEOPLE.bob.id });
	if ('emails' in fields && random.chance(0.4)) {
		const address = random.pick(['info@nordlicht.example', 'nobody']);
		const entry = { address, label: 'work', position: 1 } as const;
		edits.push({ field: 'emails', put: { [random.pick(['a', 'b'])]: entry }, remove: ['c'] });
	}
	return edits;
}

async function editAlone(ctx: Ctx, { serverKind }: Subject, id: string, ...rest: Rest) {
	try {
		return await edit(ctx, serverKind, id, ...rest);
	} catch (thrown) {
		if (thrown instanceof NotFound) return { ok: false, stop: 'not_found' } as const;
		if (thrown instanceof Forbidden) return { ok: false, stop: 'forbidden' } as const;
		throw thrown;
	}
}

type Rest = [readonly Edit[], { readonly commandMark?: string; readonly batchId: string }];

/** Everything that is stored of a record, without what says which of the twins it is. */
async function storedOf({ serverKind }: Subject, id: string) {
	const { kind } = serverKind;
	const table = serverKind.table as PgTable;
	const [row] = await db.select().from(table).where(eq(serverKind.table.id, id));
	if (!row) throw new Error('no row');
	const [values] = await readAllValues(system, serverKind, [row as never]);
	const history = await db
		.select()
		.from(tables.changes)
		.where(eq(tables.changes.recordId, id))
		.orderBy(asc(tables.changes.rev), asc(tables.changes.field));
	const [document] = await db
		.select({ rev: tables.ydocs.rev, epoch: tables.ydocs.epoch })
		.from(tables.ydocs)
		.where(inArray(tables.ydocs.recordId, [id]));
	return {
		// What each record has of its own.
		row: { ...row, id: null, number: null, position: null, ticket: null },
		values,
		history: history.map((change) => ({ ...change, id: null, recordId: null })),
		hasDocument: kind.name && document
	};
}

/** What the hubs were told of these records since, each by its place. */
async function hintsOf(ids: readonly string[]): Promise<readonly unknown[]> {
	const end = newId();
	await sql.notify('live', JSON.stringify({ end }));
	await expect.poll(() => heard.some((payload) => payload.includes(end))).toBe(true);
	return heard
		.map((payload): { id?: string; act?: string } => JSON.parse(payload))
		.filter(({ id, act }) => act === 'edit' && ids.includes(id ?? ''))
		.map((hint) => ({ ...hint, id: ids.indexOf(hint.id ?? '') }))
		.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const RECORDS = 10;
const ACTORS = ['ann', 'ann', 'bob', 'olga', 'carl', 'cleo', 'tina'] as const;

test.each([
	['deal', deal, 15],
	['company', company, 10]
] as const)(
	'[SYNC-60] many %s records end as they would one by one: rows, sets, lists, history, hints and answers',
	async (_name, subject, seeds) => {
		for (let seed = 1; seed <= seeds; seed++) {
			const random = new Random(seed);
			const made: Twins[] = [];
			for (let n = 0; n < RECORDS; n++) made.push(await twins(random, subject));
			heard.length = 0;
			const ctx = { ...system, actor: PEOPLE[random.pick(ACTORS)], source: 'api' as const };
			const options = {
				batchId: newId(),
				...(random.chance(0.3) ? { commandMark: 'assign' } : {})
			};
			const wished = made
				.filter(() => random.chance(0.9))
				.flatMap((pair) =>
					Array.from({ length: random.chance(0.15) ? 2 : 1 }, () => ({
						pair,
						edits: someEdits(random, subject)
					}))
				);
			const unknown = { alone: newId(), among: newId() };
			wished.push({ pair: unknown, edits: someEdits(random, subject) });

			const alone = new Map<string, ManyEdited>();
			for (const { pair, edits } of wished) {
				alone.set(pair.among, await editAlone(ctx, subject, pair.alone, edits, options));
			}
			const among = await commitMany(
				ctx,
				subject.serverKind,
				wished.map(({ pair, edits }) => ({ id: pair.among, edits })),
				options
			);

			const where = `seed ${seed}`;
			expect(Object.fromEntries(among), where).toEqual(Object.fromEntries(alone));
			for (const pair of made) {
				const [one, other] = [pair.alone, pair.among].map((id) => storedOf(subject, id));
				expect(await other, where).toEqual(await one);
			}
			expect(await hintsOf(made.map((pair) => pair.among)), where).toEqual(
				await hintsOf(made.map((pair) => pair.alone))
			);
		}
	},
	120_000
);

test('[SYNC-60] what does not lie open is written with as many statements for 150 records as for 2', async () => {
	const counted = async (count: number) => {
		const ids: string[] = [];
		for (let n = 0; n < count; n++) {
			const made = await create(system, deal.serverKind, { values: deal.first });
			if (made.ok) ids.push(made.value.id);
		}
		let statements = 0;
		const logger = { logQuery: () => void statements++ };
		const counting = drizzle(sql, { schema: tables, casing: 'snake_case', logger });
		const wishes = ids.map((id, n): { id: string; edits: readonly Edit[] } => ({
			id,
			edits: [
				{ field: 'nextStep', set: `Call ${n}` },
				{ field: 'tags', add: [TAGS.own[n % 3] ?? NOBODY] },
				{ field: 'stage', set: STAGES.open[n % 3] ?? null }
			]
		}));
		await commitMany({ ...system, db: counting }, deal.serverKind, wishes);
		return statements;
	};
	const few = await counted(2);
	expect(few).toBeLessThan(25);
	expect(await counted(150)).toBe(few);
});
