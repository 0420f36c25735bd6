import { and, count, eq, inArray, isNull } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import {
	attachments,
	changes,
	comments,
	notifications,
	reminders
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { mayExportPersons } from '../policy.ts';
import type { OnePerson } from '../schema.ts';
import { findPerson, type Person } from './person.server.ts';
import { recordsWith } from './places.server.ts';
import { knowPerson, type KnownPerson } from './traces.server.ts';

export interface Preview extends KnownPerson {
	readonly person: Person;
	/** What is about him and goes, by what it is; nothing that there is none of. */
	readonly goes: Readonly<Record<string, number>>;
	/** Records of others in which he is named and is made unreadable. */
	readonly named: Readonly<Record<string, number>>;
}

/** What an erasure would take away; nothing is done. Throws Forbidden and NotFound. */
export async function previewErasure(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	one: OnePerson
): Promise<Preview> {
	if (!mayExportPersons(ctx.actor)) throw new Forbidden('privacy');
	const person = await findPerson(ctx, one);
	if (!person) throw new NotFound('person');
	const known = await knowPerson(ctx, kinds, person);
	const isOwn = new Set(known.own.map(({ id }) => id));
	const named = await recordsWith(ctx, kinds, known.traces);
	return {
		...known,
		person,
		goes: { ...tally(known.own), ...(await beside(ctx, person, [...isOwn])) },
		named: tally(named.filter(({ id }) => !isOwn.has(id)))
	};
}

const tally = (records: readonly { readonly kind: string }[]) =>
	Object.fromEntries(
		[...Map.groupBy(records, ({ kind }) => kind)].map(([kind, some]) => [kind, some.length])
	);

async function beside(ctx: Ctx, { kind, id }: OnePerson, own: readonly string[]) {
	const isHis = own.length > 0 ? [...own] : [id];
	const counted = await Promise.all([
		rows(ctx, 'change', changes, inArray(changes.recordId, isHis)),
		rows(
			ctx,
			'comment',
			comments,
			and(inArray(comments.recordId, isHis), isNull(comments.removedAt))
		),
		rows(ctx, 'file', attachments, inArray(attachments.recordId, isHis)),
		kind === 'user'
			? rows(ctx, 'reminder', reminders, eq(reminders.userId, id))
			: rows(ctx, 'reminder', reminders, inArray(reminders.recordId, isHis)),
		kind === 'user'
			? rows(ctx, 'notification', notifications, eq(notifications.userId, id))
			: rows(ctx, 'notification', notifications, inArray(notifications.recordId, isHis))
	]);
	return Object.fromEntries(counted.filter(([, many]) => many > 0));
}

async function rows(
	{ db }: Ctx,
	what: string,
	table:
		typeof changes | typeof comments | typeof attachments | typeof reminders | typeof notifications,
	condition: Parameters<ReturnType<ReturnType<Ctx['db']['select']>['from']>['where']>[0]
): Promise<readonly [string, number]> {
	const [row] = await db
		.select({ many: count() })
		.from(table as typeof changes)
		.where(condition);
	return [what, row?.many ?? 0];
}
