import type { KindName } from '#lib/records/kind.ts';
import type { NoticeRule } from '#lib/records/notices.ts';
import type { Act } from '#lib/shared/acts.ts';
import { newId, newIds } from '#lib/shared/ids.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Ctx, Source } from '../context.ts';
import { insertMany } from '../db/insert-many.ts';
import { changes } from '../db/tables/index.ts';
import { notifyLive } from './live.ts';
import { tellMentioned, tellOf, type Texts } from './tell.ts';

export type { Source } from '../context.ts';

/** Whoever has a page open on which one of these can be chosen sees at once what was changed of it. */
const SETTINGS: ReadonlySet<string> = new Set<Subject>([
	...(['department', 'pipeline', 'stage', 'closingReason', 'tag', 'industry'] as const),
	...(['clientType', 'leadSource', 'productCategory', 'installation'] as const),
	...(['stopPhrase', 'bannedName'] as const)
]);
const SETTINGS_CHANGED = { type: 'topic', topic: 'settings:all', ids: ['any'], rev: 0 } as const;

/** What commands on people and settings write about: rows that are no records, and so have no revision. */
export type Subject =
	| 'user'
	| 'role'
	| 'department'
	| 'pipeline'
	| 'stage'
	| 'tag'
	| 'industry'
	| 'clientType'
	| 'leadSource'
	| 'productCategory'
	| 'lineItem'
	| 'payment'
	| 'closingReason'
	| 'city'
	| 'qualitySignal'
	| 'stopPhrase'
	| 'bannedName'
	| 'apiKey'
	| 'invitation'
	| 'installation';

/** The installation as a whole, of which there is one. */
export const INSTALLATION = {
	kind: 'installation',
	recordId: '00000000-0000-7000-8000-000000000002'
} as const;

export interface Announcement {
	readonly kind: KindName | Subject;
	readonly recordId: string;
	/** Of a record; what is none has no revision. */
	readonly rev?: number;
	/** What was done. */
	readonly act: Act;
	/** When it is not the context's. */
	readonly source?: Source;
	readonly field?: string | null;
	readonly old?: unknown;
	readonly new?: unknown;
	readonly conflict?: boolean;
	readonly batchId?: string | null;
	/** When somebody else than the actor of `ctx` did it. */
	readonly actorId?: string;
}

/** From where what is done with this context comes. */
export const sourceOf = ({ source }: Ctx): Source => source ?? 'form';

/**
 * Writes the history of what happened, in the transaction in which it happened, and has the people told whom
 * it concerns: acts of commands on records always, the rest as the record's kind says.
 */
export async function announce(ctx: Ctx, ...events: readonly Announcement[]): Promise<void> {
	await announceOf(ctx, [], events);
}

/** The same for changes of records, by what their kind tells people. */
export async function announceOf(
	ctx: Ctx,
	notices: readonly NoticeRule[] | undefined,
	events: readonly Announcement[]
): Promise<void> {
	if (events.length === 0) return;
	// What one revision did step by step is read back in that order.
	const ids = newIds(events.length, ctx.now.getTime());
	const rows = events.map((event, index) => rowOf(ctx, event, ids[index]));
	await insertMany(ctx.db, changes, rows);
	if (rows.some(({ kind }) => SETTINGS.has(kind))) await notifyLive(ctx, SETTINGS_CHANGED);
	await tellOf(ctx, notices, rows);
	await tellMentioned(ctx, rows.flatMap(textsOf));
}

/** Formatted texts among the values of a new record, or the one that was changed. */
function textsOf(row: ReturnType<typeof rowOf>): readonly Texts[] {
	const { kind, recordId, actorId, act, field, old, conflict } = row;
	const about = { kind, recordId, actorId, conflict };
	const isText = (value: unknown) =>
		typeof value === 'object' && value !== null && 'type' in value && value.type === 'doc';
	if (act === 'create' && typeof row.new === 'object' && row.new !== null) {
		const values: readonly unknown[] = Object.values(row.new);
		return values.filter(isText).map((text) => ({ ...about, old: null, new: text }));
	}
	return act === 'edit' && field !== null && isText(row.new)
		? [{ ...about, old, new: row.new }]
		: [];
}

/** Writes one row for each field of `now` that differs; secrets have no place in either half. */
export function announceFields(
	ctx: Ctx,
	about: Pick<Announcement, 'kind' | 'recordId'>,
	old: object,
	now: object
): Promise<void> {
	const before = new Map<string, unknown>(Object.entries(old));
	const changed = Object.entries(now).filter(([field, value]) => !isSame(before.get(field), value));
	const events = changed.map(([field, value]): Announcement => ({
		...about,
		act: 'edit',
		field,
		old: before.get(field),
		new: value
	}));
	return announce(ctx, ...events);
}

const rowOf = (ctx: Ctx, event: Announcement, id = newId()) => ({
	id,
	batchId: event.batchId ?? ctx.batchId ?? null,
	kind: event.kind,
	recordId: event.recordId,
	rev: event.rev ?? 0,
	at: ctx.now,
	actorId: event.actorId ?? ctx.actor.id,
	source: event.source ?? sourceOf(ctx),
	act: event.act,
	field: event.field ?? null,
	old: event.old ?? null,
	new: event.new ?? null,
	conflict: event.conflict ?? false
});
