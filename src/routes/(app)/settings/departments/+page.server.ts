import { copyDepartment } from '#lib/features/products/commands.server.ts';
import { changeDepartment, createDepartment } from '#lib/features/settings/commands.server.ts';
import { listCountries, listDepartments } from '#lib/features/settings/queries.server.ts';
import {
	ChangeDepartment,
	CreateDepartment,
	OneDepartment
} from '#lib/features/settings/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		departments: await listDepartments(ctx),
		countries: await listCountries(ctx),
		currencies: Intl.supportedValuesOf('currency')
	}));

const options = { fields: { name_taken: 'name' } };

export const actions = {
	add: formAction(CreateDepartment, createDepartment, options),
	change: formAction(ChangeDepartment, changeDepartment, options),
	copy: formAction(OneDepartment, copyDepartment, {
		done: (_event, { name }) => ({ copied: name })
	})
} satisfies Actions;
