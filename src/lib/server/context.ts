import { is } from 'drizzle-orm';
import { PgTransaction, type PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { Actor } from '#lib/shared/actor.ts';
import type * as tables from './db/tables/index.ts';

/** The pool or a transaction: queries do not care which. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, typeof tables>;

export interface Log {
	info(event: string, facts?: Readonly<Record<string, unknown>>): void;
	warn(event: string, facts?: Readonly<Record<string, unknown>>): void;
	error(event: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** From where a change comes, as its history says. */
export type Source = (typeof tables.changes.$inferInsert)['source'];

/** First argument of every query and command: where, who, when. */
export interface Ctx {
	readonly db: Db;
	readonly actor: Actor;
	readonly now: Date;
	readonly log: Log;
	/** What the transport puts into the history of everything done with this context; a page's form when absent. */
	readonly source?: Source;
	/** How the seldom changing tables stood when a page's request began; see `remembered`. */
	readonly listVersion?: string | null;
	/** Ties everything done with this context together, so that it is undone together. */
	readonly batchId?: string;
}

/** True when what is done in `ctx` counts only once somebody commits. */
export const isInTransaction = (ctx: Ctx): boolean => is(ctx.db, PgTransaction);

/** Runs `work` in a transaction; inside another transaction it becomes a savepoint. */
export function inTransaction<Value>(ctx: Ctx, work: (ctx: Ctx) => Promise<Value>): Promise<Value> {
	return ctx.db.transaction((tx) => work({ ...ctx, db: tx }));
}
