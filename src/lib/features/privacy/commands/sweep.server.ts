import { sql } from 'drizzle-orm';
import { entriesOf } from '#lib/records/document.ts';
import type { Field } from '#lib/records/kind.ts';
import type { FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { rewrite } from '#lib/server/records/rewrite.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import { isSame } from '#lib/shared/same.ts';
import { patternOf, redactJson, redactor, type Traces } from '../model.ts';
import { placesOfText, recordsWith, rowsWith, type Place } from '../queries/places.server.ts';

type Redact = (text: string) => string;

/**
 * Takes what somebody is recognised by out of everything that others wrote: records first, each with its
 * document, then every other table with text. Answers how many of each there were.
 */
export async function sweep(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	traces: Traces
): Promise<Readonly<Record<string, number>>> {
	const pattern = patternOf(traces);
	if (pattern === null) return {};
	const redact = redactor(traces);
	const counts: Record<string, number> = {};
	const count = (what: string, more: number) => {
		if (more > 0) counts[what] = (counts[what] ?? 0) + more;
	};
	for (const { kind, id } of await recordsWith(ctx, kinds, traces)) {
		const serverKind = kinds.find((one) => one.kind.name === kind);
		if (!serverKind) continue;
		const change = (values: RecordValues) => redacted(serverKind, values, redact);
		const step = { act: 'privacy.redacted', live: 'edit' } as const;
		if (await rewrite(ctx, serverKind, id, change, step)) count(kind, 1);
	}
	for (const place of await placesOfText(ctx)) {
		count(place.table, await sweepTable(ctx, place, pattern, redact));
	}
	return counts;
}

/** Those of its fields that say something else without the traces. */
function redacted(serverKind: ServerKind, values: RecordValues, redact: Redact): RecordValues {
	const changed = Object.entries(serverKind.kind.fields).flatMap(([name, field]) => {
		const value = values[name] ?? null;
		const now = redactField(field, value, redact);
		return isSame(now, value) ? [] : [[name, now] as const];
	});
	return Object.fromEntries(changed);
}

function redactField(field: Field, value: FieldValue, redact: Redact): FieldValue {
	if (field.shape === 'set' || value === null) return value;
	if (field.shape === 'list') {
		// Half an address is none.
		const entries = Object.entries(entriesOf(value));
		return Object.fromEntries(
			entries.filter(([, entry]) => isSame(redactJson(entry as Json, redact), entry))
		);
	}
	if (typeof value === 'string' && isId(value)) return value;
	const now = redactJson(value as Json, redact) as FieldValue; // the same shape with other texts
	// An address of a website with a hole in it is none either.
	return field.shape === 'scalar' && field.type === 'website' && now !== value ? null : now;
}

async function sweepTable(
	ctx: Ctx,
	place: Place,
	pattern: string,
	redact: Redact
): Promise<number> {
	let touched = 0;
	for (const { ctid, texts } of await rowsWith(ctx, place, pattern)) {
		const sets = place.columns.flatMap(({ name, type }) => {
			const before = texts[name] ?? null;
			if (before === null) return [];
			const after = type === 'text' ? redact(before) : redactedText(before, redact);
			if (after === before) return [];
			const value = type === 'text' ? sql`${after}` : fromJson(after, type);
			return [sql`${sql.identifier(name)} = ${value}`];
		});
		if (sets.length === 0) continue;
		await ctx.db.execute(sql`
			update only ${sql.identifier(place.schema)}.${sql.identifier(place.table)}
			set ${sql.join(sets, sql`, `)} where ctid = ${ctid}::tid`);
		touched++;
	}
	return touched;
}

const fromJson = (text: string, type: 'json' | 'texts') =>
	type === 'json'
		? sql`${text}::text::jsonb`
		: sql`array(select jsonb_array_elements_text(${text}::text::jsonb))`;

function redactedText(json: string, redact: Redact): string {
	const value = JSON.parse(json) as Json;
	const now = redactJson(value, redact);
	return isSame(now, value) ? json : JSON.stringify(now);
}
