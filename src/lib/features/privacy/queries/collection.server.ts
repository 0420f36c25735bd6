import { and, asc, eq, getTableColumns, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import {
	apiKeys,
	attachments,
	blobs,
	changes,
	comments,
	deals,
	departmentMembers,
	departments,
	keptEdits,
	leadConversions,
	notifications,
	outgoingMails,
	pictures,
	reminders,
	roles,
	sessions,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { readValues } from '#lib/server/records/row.ts';
import type { OnePerson } from '../schema.ts';
import type { OwnRecord } from './person.server.ts';

/** A part of a collection: its name and its rows, a batch at a time. */
export interface Part {
	readonly name: string;
	readonly rows: AsyncIterable<readonly object[]>;
}

export interface StoredFile {
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly name: string;
}

/** What is kept of somebody who is or may become a client, and of what he asked for. */
export function partsOfClient(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	person: OnePerson,
	own: readonly OwnRecord[]
): readonly Part[] {
	const ids = own.map(({ id }) => id);
	const { db } = ctx;
	const leadIds = own.filter(({ kind }) => kind === 'lead').map(({ id }) => id);
	return [
		part('records', () => recordsOf(ctx, kinds, own)),
		part('deals', () =>
			db
				.select({
					id: deals.id,
					number: deals.number,
					name: deals.name,
					createdAt: deals.createdAt,
					amountMinor: sql<string | null>`${deals.amountMinor}::text`,
					currency: deals.currency
				})
				.from(deals)
				.where(or(eq(deals.contactId, person.id), among(deals.leadId, leadIds)))
		),
		part('conversions', () =>
			db.select().from(leadConversions).where(among(leadConversions.leadId, leadIds))
		),
		part('comments', () => db.select().from(comments).where(among(comments.recordId, ids))),
		part('reminders', () => db.select().from(reminders).where(among(reminders.recordId, ids))),
		part('notifications', () =>
			db.select().from(notifications).where(among(notifications.recordId, ids))
		),
		part('files', () => db.select().from(attachments).where(among(attachments.recordId, ids))),
		history(ctx, among(changes.recordId, ids))
	];
}

/** What is kept of one of our own people: his account, what he wrote, and everything that he did. */
export function partsOfUser(ctx: Ctx, userId: string): readonly Part[] {
	const { db } = ctx;
	const of = (table: PgTable & { userId: PgColumn }, columns = getTableColumns(table)) =>
		db
			.select(columns)
			.from(table as PgTable)
			.where(eq(table.userId, userId));
	// What opens a door is no fact about a person.
	const { token: _token, ...ofSessions } = getTableColumns(sessions);
	const { hash: _hash, ...ofKeys } = getTableColumns(apiKeys);
	return [
		part('account', () => db.select().from(users).where(eq(users.id, userId))),
		part('profile', () => of(userProfiles)),
		part('roles', () =>
			db
				.select({ role: roles.name })
				.from(userRoles)
				.innerJoin(roles, eq(roles.id, userRoles.roleId))
				.where(eq(userRoles.userId, userId))
		),
		part('departments', () =>
			db
				.select({ department: departments.name })
				.from(departmentMembers)
				.innerJoin(departments, eq(departments.id, departmentMembers.departmentId))
				.where(eq(departmentMembers.userId, userId))
		),
		part('sessions', () => of(sessions, ofSessions as never)),
		part('keys', () => of(apiKeys, ofKeys as never)),
		part('notifications', () => of(notifications)),
		part('reminders', () => of(reminders)),
		part('mails', () => of(outgoingMails as never)),
		part('kept', () => of(keptEdits)),
		part('comments', () => db.select().from(comments).where(eq(comments.authorId, userId))),
		part('uploads', () => db.select().from(attachments).where(eq(attachments.uploadedBy, userId))),
		history(ctx, or(eq(changes.actorId, userId), eq(changes.recordId, userId)))
	];
}

/** The stored files at these records, each content under the name that it has there. */
export async function filesOf(
	ctx: Ctx,
	records: readonly { readonly kind: string; readonly id: string }[]
): Promise<readonly StoredFile[]> {
	const ids = records.map(({ id }) => id);
	const { sha256, sizeBytes } = blobs;
	const files = await ctx.db
		.select({ sha256, sizeBytes, name: attachments.name })
		.from(attachments)
		.innerJoin(blobs, eq(blobs.sha256, attachments.blob))
		.where(and(among(attachments.recordId, ids), isNull(attachments.removedAt)));
	const faces = await ctx.db
		.select({ sha256, sizeBytes })
		.from(pictures)
		.innerJoin(blobs, eq(blobs.sha256, pictures.blob))
		.where(among(pictures.recordId, ids));
	return [...files, ...faces.map((face) => ({ ...face, name: 'picture.png' }))];
}

const part = (name: string, read: () => PromiseLike<readonly object[]>): Part => ({
	name,
	rows: (async function* () {
		yield await read();
	})()
});

const among = (column: PgColumn, ids: readonly string[]) =>
	ids.length === 0 ? sql`false` : inArray(column, [...ids]);

async function recordsOf(ctx: Ctx, kinds: readonly ServerKind[], own: readonly OwnRecord[]) {
	const records: object[] = [];
	for (const { kind, id } of own) {
		const serverKind = kinds.find((one) => one.kind.name === kind);
		if (!serverKind) continue;
		const { table } = serverKind;
		const [row] = await ctx.db
			.select()
			.from(table as PgTable)
			.where(eq(table.id, id));
		if (!row) continue;
		const { createdAt, updatedAt, received, number } = row as Readonly<Record<string, unknown>>;
		const values = await readValues(ctx, serverKind, row as never); // of the kind's own table
		records.push({ kind, id, number, createdAt, updatedAt, received, ...values });
	}
	return records;
}

const AT_ONCE = 5_000;

/** Ids are made in the order of time, so the last one says where to go on. */
const history = (ctx: Ctx, condition: ReturnType<typeof or>): Part => ({
	name: 'history',
	rows: (async function* () {
		for (let after: string | null = null; ;) {
			const rows: (typeof changes.$inferSelect)[] = await ctx.db
				.select()
				.from(changes)
				.where(and(condition, after === null ? undefined : gt(changes.id, after)))
				.orderBy(asc(changes.id))
				.limit(AT_ONCE);
			yield rows;
			after = rows.at(-1)?.id ?? null;
			if (rows.length < AT_ONCE || after === null) return;
		}
	})()
});
