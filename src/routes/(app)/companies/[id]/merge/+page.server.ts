import { loadMerge, mergeForm } from '../../../counterparty/merge-page.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:company');
	return loadMerge(event, 'company');
};

export const actions = { default: (event) => mergeForm(event, 'company') } satisfies Actions;
