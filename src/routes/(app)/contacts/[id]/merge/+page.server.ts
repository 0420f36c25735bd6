import { loadMerge, mergeForm } from '../../../counterparty/merge-page.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:contact');
	return loadMerge(event, 'contact');
};

export const actions = { default: (event) => mergeForm(event, 'contact') } satisfies Actions;
