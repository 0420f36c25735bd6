import { json } from '@sveltejs/kit';
import { findCompanies } from '#lib/features/companies/queries.server.ts';
import { findContacts } from '#lib/features/contacts/queries.server.ts';
import type { Option } from '#lib/ui/options.svelte.ts';
import type { RequestHandler } from './$types';

const LONGEST = 200;

/** Companies or contacts that a deal may be tied to, while one types. */
export const GET: RequestHandler = async ({ locals, url }) => {
	if (!locals.actor) return new Response(null, { status: 401 });
	const q = (url.searchParams.get('q') ?? '').replaceAll('\0', '').slice(0, LONGEST);
	const find = url.searchParams.get('kind') === 'contact' ? findContacts : findCompanies;
	const found = await find(locals.ctx(), q);
	const options: Option[] = found.map(({ id, name }) => ({ value: id, label: name }));
	return json(options, { headers: { 'cache-control': 'private, no-store' } });
};
