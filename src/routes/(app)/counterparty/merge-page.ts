import { redirect, type RequestEvent } from '@sveltejs/kit';
import { mergeRecords } from '#lib/features/merge/commands.server.ts';
import { getMergeable, leadsTo, previewMerge } from '#lib/features/merge/queries.server.ts';
import { type MergeableKind, MergeRecords, picksIn, pickName } from '#lib/features/merge/schema.ts';
import { similarCompanies, similarContacts } from '#lib/features/matching/queries.server.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { NotFound } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { addressOf } from '#lib/shared/kinds.ts';

const FOUND = 20;

/** Of a record's own page: reads it, or leads on to the record that it was merged into. */
export async function orMerged<Found>(
	event: RequestEvent,
	ctx: Ctx,
	kind: MergeableKind,
	read: (ctx: Ctx, id: string) => Promise<Found>
): Promise<Found> {
	const id = event.params['id'] ?? '';
	try {
		return await read(ctx, id);
	} catch (thrown) {
		if (!(thrown instanceof NotFound)) throw thrown;
		const kept = await leadsTo(ctx, event.locals.kinds, kind, id);
		if (kept === null) throw thrown;
		redirect(307, `${addressOf(kind, kept)}?merged=${id}`);
	}
}

/** What the page shows that merges a record with another one: others to choose from, or what merging would do. */
export function loadMerge(event: RequestEvent, kind: MergeableKind) {
	return loadPage(event, async (ctx) => {
		const { kinds } = event.locals;
		const id = event.params['id'] ?? '';
		const { values, ...record } = await getMergeable(ctx, kinds, kind, id);
		const asked = Object.fromEntries(event.url.searchParams);
		const preview = await previewMerge(ctx, kinds, kind, { ...asked, id });
		const q = event.url.searchParams.get('q');
		const serverKind = kinds.find((one) => one.kind.name === kind);
		const found =
			preview || !serverKind || !q ? [] : await findNamed(ctx, serverKind, q, FOUND + 1);
		return {
			kind,
			record,
			preview,
			q: q ?? '',
			isChanged: event.url.searchParams.has('changed'),
			likely: preview || q ? [] : others(await similar(ctx, kind, values), id),
			found: others(found, id)
		};
	});
}

/** Who may be the same: what one looks for first. */
function similar(ctx: Ctx, kind: MergeableKind, values: RecordValues) {
	if (kind === 'company') return similarCompanies(ctx, values);
	return kind === 'contact' ? similarContacts(ctx, values) : [];
}

const others = <Found extends { readonly id: string }>(found: readonly Found[], id: string) =>
	found.filter((one) => one.id !== id).slice(0, FOUND);

/** Merges as the form says; what would be done otherwise than it was shown is shown again first. */
export const mergeForm = (event: RequestEvent, kind: MergeableKind) =>
	formAction(
		MergeRecords,
		async (ctx, input) => {
			const done = await mergeRecords(ctx, event.locals.kinds, kind, input);
			if (done.ok || !('error' in done) || done.error !== 'patch_changed') return done;
			const picks = Object.entries(picksIn(input)).map(([field, pick]) => [pickName(field), pick]);
			const asked = {
				with: input.with,
				keep: input.keep,
				...Object.fromEntries(picks),
				changed: '1'
			};
			return redirect(303, `${addressOf(kind, input.id)}/merge?${new URLSearchParams(asked)}`);
		},
		{
			fields: {},
			done: (_event, { id }) => redirect(303, `${addressOf(kind, id)}?merged=1`)
		}
	)(event);
