import { json, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { readValues } from '#lib/records/form.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import { OutboxPost, type OutboxAnswer } from '#lib/records/outbox.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { KIND_NAMES, type KindName } from '#lib/shared/kinds.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { NotFound } from '../errors.ts';
import type { Edited, EditOptions } from '../records/commit.ts';
import { once } from '../records/idempotency.ts';
import { ctxOf, type FormFault } from './action.ts';
import { stopOf } from './errors.ts';

type Outcome =
	| { readonly ok: true; readonly kept?: number }
	| { readonly ok: false; readonly error: string }
	| { readonly ok: false; readonly faults: readonly FormFault[] };

/** Does one kind of entry: reads its input, runs the command. */
export type OutboxAction = (ctx: Ctx, input: OutboxPost['input']) => Promise<Outcome>;

/** An action that reads its input with `schema` and calls a command, as a form action does. */
export function outboxAction<Schema extends z.ZodType>(
	schema: Schema,
	command: (ctx: Ctx, input: z.output<Schema>) => Promise<Outcome>
): OutboxAction {
	return async (ctx, input) => {
		const read = schema.safeParse(input);
		return read.success
			? command(ctx, read.data)
			: { ok: false, faults: read.error.issues.map(faultOf) };
	};
}

/** The same for the form of a new record: the kind's fields go to the command beside it as `values`. */
export function outboxCreate<Schema extends z.ZodType>(
	kind: RecordKind,
	schema: Schema,
	create: (
		ctx: Ctx,
		input: z.output<Schema> & { readonly values: RecordValues }
	) => Promise<Outcome>
): OutboxAction {
	return (ctx, input) => {
		const values = readValues(kind, formOf(input));
		const act = outboxAction(schema, (ctx, read) =>
			create(ctx, Object.assign({}, read, { values }))
		);
		return act(ctx, input);
	};
}

function formOf(input: OutboxPost['input']): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(input)) {
		for (const text of [value].flat()) if (typeof text === 'string') form.append(name, text);
	}
	return form;
}

const faultOf = ({ path, message, code }: z.core.$ZodIssue): FormFault => ({
	field: path.map(String).join('.'),
	code: /^[a-z_]+$/.test(message) ? message : code
});

/**
 * Takes one entry of a device's outbox. Every answer below 500, except "sign in" and "slow down", is the
 * last word on it; the key makes any number of attempts one effect.
 */
export async function answerOutbox(
	event: RequestEvent,
	actions: Readonly<Record<string, OutboxAction>>
): Promise<Response> {
	const { actor } = event.locals;
	if (!actor) return json({ error: 'sign_in' }, { status: 401 });
	const read = OutboxPost.safeParse(await event.request.json().catch(() => null));
	if (!read.success) return final(400, refused([{ field: '', code: 'invalid' }]));
	const { key, userId, action, input } = read.data;
	// The page is somebody else's, who has left it open: he has to sign in himself.
	if (userId !== undefined && userId !== actor.id)
		return json({ error: 'sign_in' }, { status: 401 });
	const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
	if (!act) return final(400, refused([{ field: '', code: 'unknown_action' }]));
	try {
		const answer = await inTransaction(ctxOf(event), (ctx) =>
			once(ctx, `outbox:${key}`, [action, input], async () => {
				const answer = answerOf(await act(ctx, input));
				return { answer, keep: answer.ok };
			})
		);
		return final(answer.ok ? 200 : 409, answer);
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return final(stop.status, { ok: false, faults: [], message: stop.message });
	}
}

function answerOf(outcome: Awaited<ReturnType<OutboxAction>>): OutboxAnswer {
	if (outcome.ok) return { ok: true, kept: outcome.kept ?? 0 };
	return refused('faults' in outcome ? outcome.faults : [{ field: '', code: outcome.error }]);
}

const refused = (faults: readonly FormFault[]): OutboxAnswer => ({
	ok: false,
	faults: faults.map((fault) => ({
		field: fault.field,
		code: fault.code,
		...(fault.params ? { params: { ...fault.params } } : {})
	})),
	message: null
});

const final = (status: number, answer: OutboxAnswer) => json(answer, { status });

const edit = z.object({ field: z.string(), set: z.json(), base: z.json().optional() });
const Edits = z.object({ kind: z.string(), id: z.string(), edits: z.array(edit).max(200) });

type Save = (
	ctx: Ctx,
	id: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'>
) => Promise<Edited>;

/**
 * Changes fields of a record whose document is another one by now, as a replay: what others changed since
 * stays, and what was wanted instead is kept for its author.
 */
export function outboxEdit(saves: Readonly<Record<KindName, Save>>): OutboxAction {
	return outboxAction(Edits, async (ctx, { kind, id, edits }) => {
		if (!isKindName(kind)) throw new NotFound(kind);
		// Of the right form as far as JSON goes; the fields' own parsers judge what is in it.
		const saved = await saves[kind](ctx, id, edits as readonly Edit[], { mode: 'replay' });
		return saved.ok ? { ok: true, kept: saved.notices.length } : saved;
	});
}

const isKindName = (name: string): name is KindName => KIND_NAMES.some((kind) => kind === name);
