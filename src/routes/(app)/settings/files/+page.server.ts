import { saveFileLimits } from '#lib/features/attachments/commands.server.ts';
import { getStore } from '#lib/features/attachments/queries.server.ts';
import { FileLimits } from '#lib/features/attachments/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => loadPage(event, getStore);

export const actions = { default: formAction(FileLimits, saveFileLimits) } satisfies Actions;
