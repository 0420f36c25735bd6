import { entriesOf } from '#lib/records/document.ts';
import type { Edit, Entries, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	commitMany,
	type ManyEdited,
	type ManyWish,
	rehearse
} from '#lib/server/records/commit-many.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { readAllValues } from '#lib/server/records/row.ts';
import { isId } from '#lib/shared/ids.ts';
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
	if (matches.length === 0) return NO_CHANGES;
	const serverKind = RECORDS[one.kind];
	const asked = await wishesOf(ctx, serverKind, matches);
	const answers = await commitMany(ctx, serverKind, asked, { source: 'import', batchId: one.id });
	return told(one, matches, answers, (answer, { found }) => answer.rev > found.rev);
}

/** The same without doing it; in `assumed` stands what earlier rows would have made of the records. */
export async function rehearseRecords(
	ctx: Ctx,
	one: Import,
	matches: readonly Match[],
	assumed: Map<string, RecordValues>
) {
	if (matches.length === 0) return NO_CHANGES;
	const serverKind = RECORDS[one.kind];
	const asked = await wishesOf(ctx, serverKind, matches, assumed);
	const answers = await rehearse(ctx, serverKind, asked, assumed);
	return told(
		one,
		matches,
		answers,
		(answer, { candidate: { values } }) => answer.changes || hasFuture(values)
	);
}

/** Tags that the run would make have no ids yet that could be judged. */
export const withoutFuture = (values: RecordValues): RecordValues =>
	Array.isArray(values.tags) ? { ...values, tags: values.tags.filter(isId) } : values;

const hasFuture = ({ tags }: RecordValues) => Array.isArray(tags) && !tags.every(isId);

export interface Changes {
	readonly changed: ReadonlySet<Match>;
	readonly refused: readonly NotedRow[];
}

export const NO_CHANGES: Changes = { changed: new Set(), refused: [] };

async function wishesOf(
	ctx: Ctx,
	serverKind: ServerKind,
	matches: readonly Match[],
	assumed: ReadonlyMap<string, RecordValues> = new Map()
): Promise<readonly ManyWish[]> {
	const stored = await valuesOf(ctx, serverKind, matches);
	const current = (id: string) => assumed.get(id) ?? stored.get(id) ?? {};
	return matches.flatMap(({ candidate: { values }, found: { id } }) => {
		const edits = editsOf(serverKind, current(id), withoutFuture(values));
		// Whoever gives a tag that is still to be made needs the same rights.
		return edits.length > 0 || hasFuture(values) ? [{ id, edits }] : [];
	});
}

type Refused = Extract<ManyEdited, { readonly ok: false }>;

/** Which rows change their record, and which were refused. */
function told<Done extends { readonly ok: true }>(
	one: Import,
	matches: readonly Match[],
	answers: ReadonlyMap<string, Done | Refused>,
	isChange: (answer: Done, match: Match) => boolean
): Changes {
	const refused: NotedRow[] = [];
	const changed = new Set<Match>();
	for (const match of matches) {
		const answer = answers.get(match.found.id);
		if (!answer) continue;
		if (answer.ok) {
			if (isChange(answer, match)) changed.add(match);
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
