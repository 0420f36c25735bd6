import { loadMerge, mergeForm } from '../../../counterparty/merge-page.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:lead');
	return loadMerge(event, 'lead');
};

export const actions = { default: (event) => mergeForm(event, 'lead') } satisfies Actions;
