import type { SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import type { Json } from '#lib/shared/json.ts';
import type { ListQuery, ListShape } from '#lib/shared/list-query.ts';
import type { Ctx } from '../context.ts';
import type { SortColumn } from '../db/keyset.ts';
import type { Outcome } from './resource.ts';

/** What every such row has, whatever it is about. */
export interface StoredRow {
	readonly id: string;
	readonly rev: number;
	readonly createdAt: Date;
	readonly createdBy: string | null;
	readonly updatedAt: Date;
	readonly modifiedBy: string | null;
}

export type RowFields = Readonly<Record<string, Json>>;

/** Rows that commands keep beside records, as /api/v1 offers them: what they hold, zod says. */
export interface RowResource<
	Row extends StoredRow = StoredRow,
	New extends z.ZodObject = z.ZodObject,
	Writable extends z.ZodObject = z.ZodObject
> {
	/** Part of the address, such as "payments". */
	readonly path: string;
	/** What programs call one of them, such as "payment". */
	readonly noun: string;
	/** Heading for people. */
	readonly title: () => string;
	readonly table: PgTable & Record<'id', PgColumn>;
	readonly shape: ListShape;
	/** A column for each of the shape's sorts. */
	readonly sorts: Readonly<Record<string, SortColumn>>;
	/** All its fields as answers give them. */
	readonly holds: z.ZodObject;
	/** What a new one is given; without it none is made here. */
	readonly fresh?: New;
	/** The fields that a change may replace, in the form of the answers. */
	readonly writable: Writable;
	/** Which field an expected refusal is about. */
	readonly refusedFields: Readonly<Record<string, string>>;
	// Methods, so that rows of different tables fit into one list.
	/** The rows that the caller may see and that are asked for. */
	select(ctx: Ctx, wanted: Pick<ListQuery, 'q' | 'filters'>): SQL;
	present(row: Row): RowFields;
	/** Keeps everybody from the row until the transaction ends, and from whatever its commands lock first. */
	lock(ctx: Ctx, row: Row): Promise<unknown>;
	/** Makes one under this id; `isTaken` when there is one already. */
	create?(
		ctx: Ctx,
		id: string,
		fields: z.output<New>
	): Promise<Outcome | { readonly isTaken: true }>;
	/** Gives a locked row these values. */
	change(ctx: Ctx, row: Row, fields: z.output<Writable>): Promise<Outcome>;
	remove?(ctx: Ctx, id: string): Promise<Outcome>;
	/** Why something was refused, in one sentence. */
	phrase(code: string): string;
}

export const rowResource = <
	Row extends StoredRow,
	New extends z.ZodObject,
	Writable extends z.ZodObject
>(
	resource: RowResource<Row, New, Writable>
): RowResource => resource;
