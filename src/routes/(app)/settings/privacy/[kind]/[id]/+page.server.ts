import { redirect } from '@sveltejs/kit';
import { askErasure, askExport } from '#lib/features/privacy/commands.server.ts';
import { mayErasePersons } from '#lib/features/privacy/policy.ts';
import { findErasure, listExports, previewErasure } from '#lib/features/privacy/queries.server.ts';
import { AskErasure, OnePerson } from '#lib/features/privacy/schema.ts';
import { NotFound } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const asked = OnePerson.safeParse(event.params);
		if (!asked.success) throw new NotFound('person');
		const preview = await previewErasure(ctx, event.locals.kinds, asked.data);
		const { kind, id } = preview.person;
		// A lead that became a contact is that contact.
		if (id !== asked.data.id) redirect(303, `/settings/privacy/${kind}/${id}`);
		return {
			...preview,
			exports: await listExports(ctx, { kind, id }),
			erasure: await findErasure(ctx, { kind, id }),
			mayErase: mayErasePersons(ctx.actor)
		};
	});

export const actions = {
	export: formAction(OnePerson, askExport),
	erase: formAction(AskErasure, askErasure, {
		fields: { other_name: 'name' },
		done: () => redirect(303, '/settings/privacy')
	})
} satisfies Actions;
