import { fail, type RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import type { Result } from '#lib/shared/result.ts';
import type { Ctx } from '../context.ts';
import { ctxOf } from './context.ts';
import { stopOf } from './errors.ts';

export { ctxOf } from './context.ts';

/** Why a form came back; `field` is '' when it concerns the whole form. */
export interface FormFault {
	readonly field: string;
	readonly code: string;
	readonly params?: Readonly<Record<string, string | number>>;
}

export type FormValues = Readonly<Record<string, string | readonly string[]>>;

/** What a page gets back as `form` after a refusal: what was typed, why, and perhaps a ready sentence. */
export interface Refusal {
	readonly values: FormValues;
	readonly faults: readonly FormFault[];
	readonly message?: string;
}

type Outcome<Value> =
	Result<Value, string> | { readonly ok: false; readonly faults: readonly FormFault[] };

interface Options<Value> {
	/** Which context the command runs in; the signed-in person's unless said otherwise. */
	readonly ctx?: (event: RequestEvent) => Ctx;
	/** Which field an expected refusal belongs to. */
	readonly fields?: Readonly<Record<string, string>>;
	/** What happens in the browser afterwards, usually a redirect; its answer becomes `form`. */
	readonly done?: (event: RequestEvent, value: Value) => unknown;
}

/**
 * A form action: reads the form and the route's parameters with `schema`, calls `command`, and gives a
 * refusal back to the page with everything that was typed (passwords excepted).
 */
export function formAction<Schema extends z.ZodType, Value>(
	schema: Schema,
	command: (ctx: Ctx, input: z.output<Schema>) => Promise<Outcome<Value>>,
	{ ctx = ctxOf, fields = {}, done }: Options<Value> = {}
) {
	return async (event: RequestEvent) => {
		const context = ctx(event);
		const values = await formValues(event.request);
		const read = schema.safeParse({ ...values, ...event.params });
		if (!read.success) return refuse(400, values, read.error.issues.map(faultOf));
		const outcome = await orRefusal(values, () => command(context, read.data));
		if ('status' in outcome) return outcome;
		if (!outcome.ok) return refuse(409, values, faultsOf(outcome, fields));
		return (await done?.(event, outcome.value)) ?? { done: true as const };
	};
}

/** Fields of a form as text; a name that occurs several times becomes a list. Files stay out. */
export async function formValues(request: Request): Promise<FormValues> {
	const form = await request.formData();
	const values: Record<string, string | readonly string[]> = {};
	for (const name of new Set(form.keys())) {
		const texts = form.getAll(name).filter((value) => typeof value === 'string');
		values[name] = texts.length > 1 ? texts : (texts[0] ?? '');
	}
	return values;
}

/** Answers a refusal with its status; what was typed goes back, passwords do not. */
export function refuse(
	status: 400 | 403 | 404 | 409 | 429,
	values: FormValues,
	faults: readonly FormFault[],
	message?: string
) {
	const kept = Object.entries(values).filter(([name]) => !/password/i.test(name));
	const refusal: Refusal = { values: Object.fromEntries(kept), faults };
	return fail(status, message === undefined ? refusal : { ...refusal, message });
}

async function orRefusal<Value>(values: FormValues, run: () => Promise<Value>) {
	try {
		return await run();
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return refuse(stop.status, values, [], stop.message);
	}
}

const faultOf = (issue: z.core.$ZodIssue): FormFault => ({
	field: issue.path.map(String).join('.'),
	code: codeOf(issue)
});

/** Schemas name their own codes; what zod phrases itself is reduced to its kind. */
const codeOf = ({ code, message }: z.core.$ZodIssue) =>
	/^[a-z_]+$/.test(message) ? message : code;

function faultsOf(
	outcome: { readonly error: string } | { readonly faults: readonly FormFault[] },
	fields: Readonly<Record<string, string>>
): readonly FormFault[] {
	if ('faults' in outcome) return outcome.faults;
	return [{ field: fields[outcome.error] ?? '', code: outcome.error }];
}
