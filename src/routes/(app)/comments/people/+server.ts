import { json } from '@sveltejs/kit';
import { suggestPeople } from '#lib/features/activity/queries.server.ts';
import { PeopleQuery } from '#lib/features/activity/schema.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import type { RequestHandler } from './$types.js';

/** Colleagues to mention, while one types. */
export const GET: RequestHandler = async (event) => {
	const query = PeopleQuery.parse(Object.fromEntries(event.url.searchParams));
	const people = await orErrorPage(() => suggestPeople(ctxOf(event), event.locals.kinds, query));
	return json(people, { headers: { 'cache-control': 'private, no-store' } });
};
