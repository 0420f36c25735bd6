import type { SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Actor } from '#lib/shared/actor.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { NoticeRule } from '#lib/records/notices.ts';
import type { Edit, EmailEntry, Fault, PhoneEntry, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';

/** A row of a kind's own table, by drizzle property names. */
export type Row = Readonly<Record<string, unknown>> & {
	readonly id: string;
	readonly rev: number;
	readonly deletedAt: Date | null;
};

/** How one scalar field lies in the table: one column, or several for an atomic value. */
export interface ColumnMapping {
	/** Property names of the drizzle table. */
	readonly columns: readonly string[];
	toColumns?(value: RecordValues[string]): Record<string, unknown>;
	fromRow?(row: Row): RecordValues[string];
}

export interface SetMapping {
	readonly table: PgTable;
	readonly record: PgColumn;
	readonly member: PgColumn;
}

export interface ListMapping {
	readonly table: PgTable;
	readonly record: PgColumn;
	readonly entryId: PgColumn;
	toColumns(entry: EmailEntry | PhoneEntry): Record<string, unknown>;
	fromRow(row: Readonly<Record<string, unknown>>): EmailEntry | PhoneEntry;
}

/** How records of a kind are found by their names, numbers and e-mail addresses. */
export interface Searched {
	/** What a hit is called. */
	readonly title: PgColumn;
	/** Word for word the expressions of the kind's trigram indexes, plain and folded; the title when there is nothing else. */
	readonly names: SQL;
	/** The code that "ticket:…" finds. */
	readonly ticket?: PgColumn;
	readonly emails?: { readonly table: PgTable; readonly of: PgColumn; readonly address: PgColumn };
	/** The numbers by which it is reached, each with an index by its last digits (`phoneTail`). */
	readonly phones?: { readonly table: PgTable; readonly of: PgColumn; readonly raw: PgColumn };
	/** What tells two of the same name apart, with the joins that it needs. */
	readonly detail: SQL;
	readonly joins: SQL;
}

/** Which of the fields an actor may write on this row. */
export type Writable = 'all' | 'none' | ReadonlySet<string>;

/**
 * The server half of a record kind: where its fields lie, who may see and write it, which ids it may
 * refer to and which live topics a change concerns. Pages, hub, jobs and imports all use this one.
 */
export interface ServerKind {
	readonly kind: RecordKind;
	/** Must have the record columns of db/tables/columns.ts, too. */
	readonly table: PgTable & Record<'id' | 'number' | 'rev' | 'deletedAt', PgColumn>;
	readonly columns: Readonly<Record<string, ColumnMapping>>;
	readonly sets: Readonly<Record<string, SetMapping>>;
	readonly lists: Readonly<Record<string, ListMapping>>;
	readonly richTexts: Readonly<Record<string, { readonly json: string; readonly text: string }>>;
	/** Of each field that refers to something: the column with that thing's name. Its history is told with it. */
	readonly names: Readonly<Record<string, PgColumn>>;
	readonly search: Searched;
	/** SQL condition over `table` that every read of this kind goes through. */
	visibleTo(actor: Actor): SQL;
	/** True when the actor may read this row (the same rule as `visibleTo`, on a loaded row). */
	mayRead(actor: Actor, row: Row, values: RecordValues): boolean;
	writable(actor: Actor, row: Row, values: RecordValues): Writable;
	mayCreate(actor: Actor, values: RecordValues): boolean;
	mayDelete(actor: Actor, row: Row, values: RecordValues): boolean;
	/**
	 * Of the candidate ids, those that this field of this row may hold (they exist, are not in the
	 * trash and belong to the row's department or pipeline). One statement per target.
	 */
	referable(
		ctx: Ctx,
		field: string,
		candidates: readonly string[],
		row: Row | null,
		values: RecordValues
	): Promise<ReadonlySet<string>>;
	/**
	 * Fields on whose values the answers of `referable` depend: records that agree in them are asked about
	 * together. Without it every record is asked about alone.
	 */
	readonly referableBy?: readonly string[];
	/** Live topics of this row ("deal:department:<id>", "deal:user:<id>"); ":all" is added by the engine. */
	topics(row: Row, values: RecordValues): readonly string[];
	/**
	 * Refuses steps that only a command may take, such as into a won stage; `facts` come from `stepFacts`.
	 * Operations marked with the command's name pass.
	 */
	forbiddenStep?(
		field: string,
		from: RecordValues[string],
		to: RecordValues[string],
		facts: ReadonlySet<string>,
		values: RecordValues
	): Fault | null;
	/** Ids among the candidates that `forbiddenStep` must know about (for deals: the stages that are not open). */
	stepFacts?(ctx: Ctx, candidates: readonly string[]): Promise<ReadonlySet<string>>;
	/**
	 * What rights, topics and steps depend on beside the record's own fields, such as the people of a task's
	 * main task, by record: read with the values and handed out among them, never written.
	 */
	beside?(ctx: Ctx, rows: readonly Row[]): Promise<ReadonlyMap<string, RecordValues>>;
	/** SQL condition over `table`: what is done with, so that nobody is reminded of its next step. */
	readonly hasEnded?: SQL;
	/** What people are told of: changes that none of these is about cost nothing. */
	readonly notices?: readonly NoticeRule[];
	/** Columns that creation sets beside the fields (a deal's card position). */
	onCreate?(ctx: Ctx, values: RecordValues, asked: Asked): Promise<Record<string, unknown>>;
	/** Columns that follow from a change of fields (a task's closing day); the actor is who changed last. */
	onEdit?(
		ctx: Ctx,
		before: RecordValues,
		after: RecordValues,
		asked: Asked
	): Promise<Record<string, unknown>>;
	/**
	 * Edits that a change brings along, from what is known of the row alone (a deal goes on from its first stage):
	 * made by the same person in the same transaction, as the next revision.
	 */
	follows?(row: Row, after: RecordValues, change: Changed): readonly Edit[];
}

/** What was asked of the database for one of the records that begin or change together: the others ask no more. */
export type Asked = Map<string, Promise<unknown>>;

/** Which fields were changed, by whom last. */
export interface Changed {
	readonly actor: Actor;
	readonly fields: ReadonlySet<string>;
}

export const defineServerKind = <const Kind extends ServerKind>(kind: Kind): Kind => kind;
