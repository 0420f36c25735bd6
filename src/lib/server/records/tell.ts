import { z } from 'zod';
import { concernsPeople, type NoticeRule, type ToldChange } from '#lib/records/notices.ts';
import { freshMentions } from '#lib/records/mentions.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import type { Ctx } from '../context.ts';
import { enqueue } from '../jobs/job.ts';

/** The job that tells people of changes; what it does is the matter of a feature. */
export const FAN_OUT = {
	name: 'notifications.fan-out',
	input: z.object({ changeIds: z.array(z.string().refine(isId)).min(1) })
};

/** The job that tells people that they are mentioned in a record's texts. */
export const TELL_MENTIONED = {
	name: 'notifications.mentioned',
	input: z.object({
		kind: z.string(),
		recordId: z.string().refine(isId),
		actorId: z.string().refine(isId),
		mentions: z.array(z.object({ userId: z.string(), id: z.string() })).min(1)
	})
};

/** What a change of a record's texts says of people who were not mentioned there before. */
export interface Texts extends Pick<Written, 'kind' | 'recordId' | 'actorId' | 'old' | 'new'> {
	readonly conflict: boolean;
}

/** People who are newly mentioned by this change; what lost against something newer mentions nobody. */
export const mentionedBy = ({ old, new: fresh, conflict }: Omit<Texts, 'kind' | 'recordId'>) =>
	conflict ? [] : freshMentions(old, fresh);

/** Has those told, once the change is committed, whom it mentions for the first time; whoever did it is not. */
export async function tellMentioned(ctx: Ctx, changed: readonly Texts[]): Promise<void> {
	for (const change of changed) {
		const { kind, recordId, actorId } = change;
		const mentions = mentionedBy(change).filter(({ userId }) => userId !== actorId);
		const [first] = mentions;
		if (!first || actorId === null) continue;
		await enqueue(
			ctx,
			TELL_MENTIONED,
			{ kind, recordId, actorId, mentions: [...mentions] },
			{ key: first.id }
		);
	}
}

/** A row of the history, as far as it says whom it concerns. */
export interface Written {
	readonly id: string;
	readonly kind: string;
	readonly recordId: string;
	readonly act: string;
	readonly field: string | null;
	readonly old: unknown;
	readonly new: unknown;
	readonly actorId: string | null;
	readonly conflict: boolean;
}

const AT_ONCE = 200;

/** Has people told of these changes once they are committed; a statement only where somebody is concerned. */
export async function tellOf(
	ctx: Ctx,
	notices: readonly NoticeRule[] | undefined,
	written: readonly Written[]
): Promise<void> {
	const ids = written.filter((row) => isTold(notices, row)).map(({ id }) => id);
	for (let at = 0; at < ids.length; at += AT_ONCE) {
		const changeIds = ids.slice(at, at + AT_ONCE);
		await enqueue(ctx, FAN_OUT, { changeIds }, { key: changeIds[0] ?? '' });
	}
}

/** Whether people may have to be told of this change. */
export function isTold(
	notices: readonly NoticeRule[] | undefined,
	row: Omit<Written, 'id'>
): boolean {
	if (!isRecord(row.kind)) return false;
	// What commands do is rare, and rules about it may stand in any feature.
	if (!ENGINE_ACTS.has(row.act)) return true;
	return concernsPeople(notices ?? [], changeOf(row));
}

/** The change as rules see it; what lies in the history is JSON. */
export const changeOf = (row: Omit<Written, 'id'>): ToldChange => ({
	...row,
	old: row.old as Json,
	new: row.new as Json
});

const ENGINE_ACTS: ReadonlySet<string> = new Set(['create', 'edit', 'trash', 'restore']);

const isRecord = (kind: string) => KIND_NAMES.some((name) => name === kind);
