import { redirect } from '@sveltejs/kit';
import { mayManageUsers } from '#lib/features/users/policy.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals }) =>
	redirect(303, mayManageUsers(locals.ctx().actor) ? '/settings/people' : '/settings/lists');
