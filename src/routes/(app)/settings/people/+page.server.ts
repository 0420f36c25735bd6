import type { RequestEvent } from '@sveltejs/kit';
import { listDepartments } from '#lib/features/settings/queries.server.ts';
import {
	activateUser,
	changeUser,
	deactivateUser,
	inviteAgain,
	inviteUser,
	makePasswordLink,
	resetFactors,
	revokeInvitation
} from '#lib/features/users/commands.server.ts';
import {
	listInvitations,
	listManagedUsers,
	listRoles
} from '#lib/features/users/queries.server.ts';
import { ChangeUser, InviteUser, OneInvitation, OneUser } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		invitations: await listInvitations(ctx),
		people: await listManagedUsers(ctx),
		departments: (await listDepartments(ctx)).map(({ id, name }) => ({ id, name })),
		roles: await listRoles(ctx),
		ownId: ctx.actor.id
	}));

export const actions = {
	invite: formAction(InviteUser, inviteUser, {
		fields: { email_taken: 'email', already_invited: 'email' },
		done: showLink('/invite')
	}),
	inviteAgain: formAction(OneInvitation, inviteAgain, { done: showLink('/invite') }),
	revokeInvitation: formAction(OneInvitation, revokeInvitation),
	change: formAction(ChangeUser, changeUser),
	password: formAction(OneUser, makePasswordLink, { done: showLink('/reset') }),
	resetFactors: formAction(OneUser, resetFactors),
	deactivate: formAction(OneUser, deactivateUser),
	activate: formAction(OneUser, activateUser)
} satisfies Actions;

/** In the answer to this very form and never again. */
function showLink(path: '/invite' | '/reset') {
	return ({ url, setHeaders }: RequestEvent, made: { token: string; mailed: boolean }) => {
		setHeaders({ 'cache-control': 'private, no-store' });
		const link = `${url.origin}${path}?token=${made.token}`;
		return { made: { link, path, mailed: made.mailed } };
	};
}
