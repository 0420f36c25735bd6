import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types.js';
import { keptPlaces } from './places.ts';

/** Everybody begins where he has something to do. */
export const load: PageServerLoad = ({ locals }) => {
	const [first = 'lists'] = keptPlaces(locals.ctx().actor);
	redirect(303, `/settings/${first}`);
};
