import { redirect } from '@sveltejs/kit';
import { KIND_NAMES, KINDS } from '#lib/shared/kinds.ts';
import type { PageServerLoad } from './$types';

/** Work begins at the first kind of record that one may read; the address without a path stays free for the page of the day. */
export const load: PageServerLoad = async ({ parent }) => {
	const { may } = await parent();
	const first = KIND_NAMES.find((kind) => may.read[kind]);
	redirect(307, first ? KINDS[first].path : '/profile');
};
