import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** Work begins at the deals; the address without a path stays free for the page of the day. */
export const load: PageServerLoad = async ({ parent }) => {
	const { may } = await parent();
	redirect(307, may.readDeals ? '/deals' : '/profile');
};
