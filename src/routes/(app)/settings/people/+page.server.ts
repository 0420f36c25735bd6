import { listDepartments } from '#lib/features/settings/queries.server.ts';
import {
	activateUser,
	addUser,
	changeUser,
	deactivateUser,
	resetPassword
} from '#lib/features/users/commands.server.ts';
import { listManagedUsers, listRoles } from '#lib/features/users/queries.server.ts';
import { AddUser, ChangeUser, OneUser, ResetPassword } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		people: await listManagedUsers(ctx),
		departments: (await listDepartments(ctx)).map(({ id, name }) => ({ id, name })),
		roles: await listRoles(ctx),
		ownId: ctx.actor.id
	}));

export const actions = {
	add: formAction(AddUser, addUser, { fields: { email_taken: 'email' } }),
	change: formAction(ChangeUser, changeUser),
	password: formAction(ResetPassword, resetPassword, { done: () => ({ passwordGiven: true }) }),
	deactivate: formAction(OneUser, deactivateUser),
	activate: formAction(OneUser, activateUser)
} satisfies Actions;
