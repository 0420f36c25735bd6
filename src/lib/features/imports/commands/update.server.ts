import { entriesOf } from '#lib/records/document.ts';
import type { Edit, Entries, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { readAllValues } from '#lib/server/records/row.ts';
import { inArray } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Found } from '../queries/existing.server.ts';
import type { Import } from '../queries/imports.server.ts';
import { cellFaultOf } from './faults.server.ts';
import type { Candidate, NotedRow } from './read.server.ts';
import { RECORDS } from './records.server.ts';

export interface Match {
	readonly candidate: Candidate;
	readonly found: Found;
}

/**
 * Gives records that are there already what their rows say: what is written in the file replaces what stands in the
 * field, addresses, numbers and tags are added, empty cells change nothing, and what only a command may change (the
 * owner, a contact's company) stays. Answers how many changed and the rows that were refused.
 */
export async function updateRecords(ctx: Ctx, one: Import, matches: readonly Match[]) {
	if (matches.length === 0) return { changed: new Set<Match>(), refused: [] };
	const serverKind = RECORDS[one.kind];
	const current = await valuesOf(ctx, serverKind, matches);
	const wishes = matches.map(({ candidate, found }) => ({
		id: found.id,
		edits: editsOf(serverKind, current.get(found.id) ?? {}, candidate.values)
	}));
	const asked = wishes.filter(({ edits }) => edits.length > 0);
	const answers = await commitMany(ctx, serverKind, asked, { source: 'import', batchId: one.id });
	const refused: NotedRow[] = [];
	const changed = new Set<Match>();
	for (const match of matches) {
		const answer = answers.get(match.found.id);
		if (!answer) continue;
		if (answer.ok) {
			if (answer.rev > match.found.rev) changed.add(match);
			continue;
		}
		const faults =
			'stop' in answer
				? [{ column: null, code: 'not_allowed' as const }]
				: answer.faults.map(cellFaultOf(one));
		refused.push({ row: match.candidate.row, outcome: 'failed', faults });
	}
	return { changed, refused };
}

async function valuesOf(ctx: Ctx, serverKind: ServerKind, matches: readonly Match[]) {
	const { table } = serverKind;
	const ids = matches.map(({ found }) => found.id);
	const rows = await ctx.db
		.select()
		.from(table as PgTable)
		.where(inArray(table.id, ids));
	const read = rows as unknown as Row[]; // of the kind's own table
	const values = await readAllValues(ctx, serverKind, read);
	return new Map(read.map(({ id }, at) => [id, values[at] ?? {}]));
}

function editsOf({ kind }: ServerKind, current: RecordValues, wanted: RecordValues): Edit[] {
	return Object.entries(wanted).flatMap(([name, value]): Edit[] => {
		const field = kind.fields[name];
		if (!field?.live || value === null) return [];
		if (field.shape === 'list') return added(name, current[name], value);
		if (field.shape === 'set')
			return Array.isArray(value) && value.length > 0 ? [{ field: name, add: value }] : [];
		return [{ field: name, set: value }];
	});
}

/** Addresses and numbers that are not there yet, behind those that are. */
function added(name: string, current: FieldValue | undefined, value: FieldValue): Edit[] {
	const present = Object.values(entriesOf(current));
	const known = new Set(present.map(identity));
	const fresh = Object.entries(entriesOf(value)).filter(([, entry]) => !known.has(identity(entry)));
	if (fresh.length === 0) return [];
	const put: Entries = Object.fromEntries(
		fresh.map(([id, entry], at) => [id, { ...entry, position: present.length + at }])
	);
	return [{ field: name, put }];
}

const identity = (entry: Entries[string]) =>
	'address' in entry ? entry.address : (entry.e164 ?? entry.raw.replace(/\D/g, ''));
