import {
	addBannedName,
	addMailDomain,
	addStopPhrase,
	removeBannedName,
	removeMailDomain,
	removeStopPhrase
} from '#lib/features/capture/commands.server.ts';
import {
	mayAddStopPhrases,
	mayManageBannedNames,
	mayReadStopPhrases,
	mayRemoveStopPhrases
} from '#lib/features/capture/policy.ts';
import {
	listBannedNames,
	listMailDomains,
	listStopPhrases
} from '#lib/features/capture/queries.server.ts';
import {
	AddMailDomain,
	AddPhrase,
	OneMailDomain,
	OnePhrase
} from '#lib/features/capture/schema.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const { actor } = ctx;
		if (!mayReadStopPhrases(actor) && !mayManageBannedNames(actor)) throw new Forbidden('web form');
		const [stopPhrases, mailDomains, bannedNames] = await Promise.all([
			listStopPhrases(ctx),
			listMailDomains(ctx),
			listBannedNames(ctx)
		]);
		return {
			stopPhrases,
			mailDomains,
			bannedNames,
			may: {
				addPhrase: mayAddStopPhrases(actor),
				removePhrase: mayRemoveStopPhrases(actor),
				ban: mayManageBannedNames(actor)
			}
		};
	});

const options = { fields: { name_taken: 'phrase' } };

export const actions = {
	addPhrase: formAction(AddPhrase, addStopPhrase, options),
	removePhrase: formAction(OnePhrase, removeStopPhrase),
	addDomain: formAction(AddMailDomain, addMailDomain, options),
	removeDomain: formAction(OneMailDomain, removeMailDomain),
	ban: formAction(AddPhrase, addBannedName, options),
	unban: formAction(OnePhrase, removeBannedName)
} satisfies Actions;
