import type { z } from 'zod';
import type { Fault, RecordValues } from '#lib/records/values.ts';
import { KINDS } from '#lib/shared/kinds.ts';
import type { Ctx } from '../context.ts';
import type { ServerKind } from '../records/kind.ts';
import type { Listing } from '../records/list.ts';
import type { RowResource } from './row-resource.ts';

/** What a command of a feature answers: done, or an expected refusal, or the fields that were refused. */
export type Outcome =
	| { readonly ok: true; readonly value: unknown }
	| { readonly ok: false; readonly error: string; readonly faults?: readonly Fault[] }
	| { readonly ok: false; readonly faults: readonly Fault[] };

/** A command with consequences, beside a record: POST /deals/{id}/assign. */
export interface ResourceCommand<Schema extends z.ZodType = z.ZodType> {
	readonly input: Schema;
	/** What it does, in one sentence. */
	readonly summary: () => string;
	/** Which field of the input an expected refusal is about. */
	readonly fields?: Readonly<Record<string, string>>;
	// Methods, so that commands of different inputs fit into one list.
	/** Takes what must be locked before the record itself. */
	lockFirst?(ctx: Ctx, input: z.output<Schema>): Promise<unknown>;
	run(ctx: Ctx, id: string, input: z.output<Schema>): Promise<Outcome>;
}

export const resourceCommand = <Schema extends z.ZodType>(
	command: ResourceCommand<Schema>
): ResourceCommand<Schema> => command;

/** A kind of record as /api/v1 offers it. Everything but creation and commands follows from the kind. */
export interface Resource {
	readonly serverKind: ServerKind;
	/** Heading for people. */
	readonly title: () => string;
	readonly listing: Listing;
	/** Required fields that creation fills by itself when they are not given. */
	readonly filledIn: readonly string[];
	/** Fields that creation alone decides. */
	readonly decided?: readonly string[];
	create(
		ctx: Ctx,
		input: { readonly id?: string; readonly values: RecordValues }
	): Promise<Outcome>;
	/** Which field a refusal of `create` is about. */
	readonly refusedFields?: Readonly<Record<string, string>>;
	trash(ctx: Ctx, id: string): Promise<Outcome>;
	restore(ctx: Ctx, id: string): Promise<Outcome>;
	readonly commands: Readonly<Record<string, ResourceCommand>>;
	/** Why something was refused, in one sentence. */
	phrase(fault: { readonly code: string; readonly params?: Fault['params'] }): string;
}

/** Whatever has an address of its own below /api/v1: a kind of record, or rows that stand beside records. */
export type Offered = Resource | RowResource;

export const isRecords = (offered: Offered): offered is Resource => 'serverKind' in offered;

/** Its part of the address, such as "deals". */
export const pathOf = (offered: Offered): string =>
	isRecords(offered) ? KINDS[offered.serverKind.kind.name].path.slice(1) : offered.path;

/** What one of them is called by programs, such as "Deal". */
export function nounOf(offered: Offered): string {
	const name = isRecords(offered) ? offered.serverKind.kind.name : offered.noun;
	return name.charAt(0).toUpperCase() + name.slice(1);
}
