import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { edit } from '#lib/server/records/commit.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { requestRecords } from '../record.server.ts';
import type { OneRequest } from '../schema.ts';
import { lockEditableRequest, type RequestAct, type RequestRow, tell } from './lock.server.ts';

/** Says that this was asked before: it waits no longer, and no deal comes of it [C52]. */
export const markDuplicate = (ctx: Ctx, { id }: OneRequest) =>
	turn(ctx, id, {
		act: 'marked_duplicate',
		refuse: (request) => (request.dealId ? 'has_deal' : request.isCase ? 'is_case' : null),
		flags: { pending: false, duplicate: true }
	});

/** Takes that back: it waits again. */
export const unmarkDuplicate = (ctx: Ctx, { id }: OneRequest) =>
	turn(ctx, id, {
		act: 'unmarked_duplicate',
		refuse: (request) => (request.duplicate ? null : 'not_duplicate'),
		flags: { pending: true, duplicate: false }
	});

/** Says that this will never lead to a payment; it is then closed and activated, and has no deal. */
export const markCase = (ctx: Ctx, { id }: OneRequest) =>
	turn(ctx, id, {
		act: 'marked_case',
		refuse: (request) => (request.dealId ? 'has_deal' : request.duplicate ? 'is_duplicate' : null),
		flags: { pending: true, case: true }
	});

/** Takes that back: it is an inquiry like any other, and waits. */
export const unmarkCase = (ctx: Ctx, { id }: OneRequest) =>
	turn(ctx, id, {
		act: 'unmarked_case',
		refuse: (request) => (request.isCase ? null : 'not_case'),
		flags: { pending: true, case: false }
	});

/** Ends a case; `activateCase` opens it again [C54]. */
export const closeCase = (ctx: Ctx, { id }: OneRequest) =>
	turn(ctx, id, {
		act: 'case_closed',
		refuse: (request) => (request.isCase ? (request.pending ? null : 'case_closed') : 'not_case'),
		flags: { pending: false }
	});

/** Opens a closed case again. */
export const activateCase = (ctx: Ctx, { id }: OneRequest) =>
	turn(ctx, id, {
		act: 'case_activated',
		refuse: (request) => (request.isCase ? (request.pending ? 'case_open' : null) : 'not_case'),
		flags: { pending: true }
	});

/** Says that somebody has looked at the links that the program set, and that they are right. */
export const verifyLinks = (ctx: Ctx, { id }: OneRequest) =>
	turn(ctx, id, {
		act: 'links_verified',
		refuse: () => null,
		isDone: (request) => !request.toVerify,
		flags: { toVerify: false }
	});

type Refusal =
	| 'has_deal'
	| 'is_case'
	| 'is_duplicate'
	| 'not_duplicate'
	| 'not_case'
	| 'case_closed'
	| 'case_open';

interface Turn {
	readonly act: RequestAct;
	readonly refuse: (request: RequestRow) => Refusal | null;
	/** Nothing is left to do, and that is fine. */
	readonly isDone?: (request: RequestRow) => boolean;
	readonly flags: Readonly<Record<string, boolean>>;
}

function turn(ctx: Ctx, id: string, { act, refuse, isDone, flags }: Turn) {
	return inTransaction(ctx, async (ctx) => {
		const request = await lockEditableRequest(ctx, id);
		const refusal = refuse(request);
		if (refusal) return fail(refusal);
		if (isDone?.(request)) return ok({ id });
		const edits = Object.entries(flags).map(([field, set]): Edit => ({ field, set }));
		const done = await edit(ctx, requestRecords, id, edits, { commandMark: act });
		if (!done.ok) throw new Error(`${act} refused: ${JSON.stringify(done.faults)}`);
		await tell(ctx, id, act);
		return ok({ id });
	});
}
