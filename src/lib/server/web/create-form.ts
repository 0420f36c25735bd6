import type { RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import { readValues } from '#lib/records/form.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import { formAction } from './action.ts';

type Command<Input, Value> = Parameters<typeof formAction<z.ZodType<Input>, Value>>[1];

/**
 * A form action for a new record: what `schema` knows of the form goes to the command as it is, the
 * kind's fields beside it as `values`. A refusal keeps everything that was typed.
 */
export function createForm<Schema extends z.ZodType, Value>(
	kind: RecordKind,
	schema: Schema,
	create: (
		ctx: Ctx,
		input: z.output<Schema> & { readonly values: RecordValues }
	) => ReturnType<Command<z.output<Schema>, Value>>,
	done: (value: Value) => unknown,
	/** Which field an expected refusal belongs to. */
	fields: Readonly<Record<string, string>> = {}
) {
	return async (event: RequestEvent) => {
		const values = readValues(kind, await event.request.clone().formData());
		const action = formAction(
			schema,
			(ctx, input) => create(ctx, Object.assign({}, input, { values })),
			{ fields, done: (_event, value: Value) => done(value) }
		);
		return action(event);
	};
}
