import { sql, type SQL } from 'drizzle-orm';
import { newIds } from '#lib/shared/ids.ts';
import type { Ctx } from '../context.ts';
import { changes } from '../db/tables/index.ts';
import type { ServerKind } from './kind.ts';
import type { Replica } from './replica.ts';
import type { Change } from './settlement.ts';

/** How long somebody's writing in one text counts as one change of it. */
const SITTING_MS = 5 * 60 * 1000;

interface Entry extends Change {
	readonly id: string;
	/** An entry of the same sitting after this time makes this one unnecessary. */
	readonly unlessSince: Date | null;
}

/**
 * What of these changes goes into the history, field by field. Live writing in a text is one change a
 * sitting: it keeps the text as it was before, so that every version can be found again without storing
 * each keystroke.
 */
export function entriesFor(
	ctx: Ctx,
	{ kind }: ServerKind,
	replica: Replica | null,
	changed: readonly Change[]
): readonly Entry[] {
	const start = ctx.now.getTime() - SITTING_MS;
	const begun = new Set<string>();
	// What one revision did step by step is read back in that order.
	const ids = newIds(changed.length, ctx.now.getTime());
	return changed.flatMap((change, index): readonly Entry[] => {
		const id = ids[index] ?? '';
		const isWriting = kind.fields[change.field]?.shape === 'richText' && change.source === 'live';
		if (!isWriting) return [{ ...change, id, unlessSince: null }];
		if ((replica?.sittings.get(sittingOf(change)) ?? 0) > start) return [];
		if (begun.has(sittingOf(change))) return [];
		begun.add(sittingOf(change));
		// Another process, or this one before it loaded the document again, may know better.
		return [{ ...change, id, new: null, unlessSince: new Date(start) }];
	});
}

/** Remembers who sits at which text now; only once it is written. */
export function rememberSittings(ctx: Ctx, replica: Replica, entries: readonly Entry[]): void {
	for (const entry of entries) {
		if (!entry.unlessSince && entry.source !== 'live') forgetSittings(replica, entry.field);
		if (entry.unlessSince) replica.sittings.set(sittingOf(entry), ctx.now.getTime());
	}
}

/** Whoever writes in a text that has just been replaced begins another version of it. */
function forgetSittings({ sittings }: Replica, field: string): void {
	for (const key of sittings.keys()) if (key.endsWith(`/${field}`)) sittings.delete(key);
}

const sittingOf = ({ actor, field }: Change) => `${actor.id}/${field}`;

/** The INSERT of these entries for the record whose kind, id and rev the part `own` of the statement names. */
export function insertHistory(ctx: Ctx, batchId: string | null, entries: readonly Entry[]): SQL {
	const rows = entries.map((entry) => ({
		id: entry.id,
		actor_id: entry.actor.id,
		source: entry.source,
		field: entry.field,
		old: entry.old,
		new: entry.new,
		conflict: entry.conflict,
		unless_since: entry.unlessSince
	}));
	return sql`
		insert into changes
			(id, batch_id, kind, record_id, rev, at, actor_id, source, act, field, old, new, conflict)
		select entry.id, ${batchId}::uuid, own.kind, own.id, own.rev, ${sql.param(ctx.now, changes.at)},
			entry.actor_id, entry.source, 'edit', entry.field, entry.old, entry.new, entry.conflict
		from own, jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as entry (
			id uuid, actor_id uuid, source text, field text, old jsonb, new jsonb, conflict boolean,
			unless_since timestamptz
		)
		where entry.unless_since is null or not exists (
			select from changes as sitting
			where sitting.kind = own.kind and sitting.record_id = own.id and sitting.field = entry.field
				and sitting.actor_id = entry.actor_id and sitting.source = 'live'
				and sitting.at > entry.unless_since
				and not exists (
					select from changes as replaced
					where replaced.kind = own.kind and replaced.record_id = own.id
						and replaced.field = entry.field and replaced.rev > sitting.rev
						and replaced.source <> 'live'
				)
		)`;
}
