import { sql, type SQL } from 'drizzle-orm';
import type { KindName } from '#lib/records/kind.ts';
import type { Ctx } from '../context.ts';

export type RecordAct = 'create' | 'edit' | 'trash' | 'restore';

export type LiveNotification =
	| {
			readonly type: 'record';
			readonly kind: KindName;
			readonly id: string;
			readonly rev: number;
			readonly epoch?: number | null;
			/** Of the record before and after. */
			readonly topics: readonly string[];
			/** The two differ: somebody may see or write it now who might not, or the other way round. */
			readonly moved?: boolean;
			readonly act: RecordAct;
	  }
	/** Rows that are no records, such as the progress of an import. */
	| {
			readonly type: 'topic';
			readonly topic: string;
			readonly ids: readonly string[];
			readonly rev: number;
	  };

/** Postgres takes at most 8,000 bytes; a topic has some fifty. */
const TOPICS_MAX = 100;

/** Tells every hub, once the transaction of `ctx` commits. Only ids and revisions, never data. */
export async function notifyLive(ctx: Ctx, ...notifications: LiveNotification[]): Promise<void> {
	if (notifications.length === 0) return;
	await ctx.db.execute(
		sql`select pg_notify('live', payload) from ${payloadsOf(...notifications)} as payload`
	);
}

/** What is to be said on the channel, as rows of text. */
export function payloadsOf(...notifications: LiveNotification[]): SQL {
	const payloads = JSON.stringify(notifications.flatMap(split).map((part) => JSON.stringify(part)));
	return sql`jsonb_array_elements_text(${payloads}::text::jsonb)`;
}

function split(notification: LiveNotification): readonly LiveNotification[] {
	if (notification.type !== 'record' || notification.topics.length <= TOPICS_MAX) {
		return [notification];
	}
	const { topics } = notification;
	const parts: LiveNotification[] = [];
	for (let at = 0; at < topics.length; at += TOPICS_MAX) {
		parts.push({ ...notification, topics: topics.slice(at, at + TOPICS_MAX) });
	}
	return parts;
}
