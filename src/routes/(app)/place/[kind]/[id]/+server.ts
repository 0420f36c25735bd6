import { error, json } from '@sveltejs/kit';
import { LISTINGS, placeInList } from '#lib/features/views/queries.server.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { m } from '#lib/messages/messages.js';
import { isKind } from '#lib/shared/kinds.ts';
import type { RequestHandler } from './$types.js';

const LONGEST_QUERY = 2000;

/** Where a record lies in the list that it was opened from. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
	const ctx = locals.ctx();
	const { kind, id } = params;
	const records = locals.kinds.find((one) => one.kind.name === kind);
	if (!isKind(kind) || !records) error(404, { message: m.users_stop_not_found() });
	const query = (url.searchParams.get('query') ?? '').slice(0, LONGEST_QUERY);
	return json(await orErrorPage(() => placeInList(ctx, records, LISTINGS[kind], { id, query })));
};
