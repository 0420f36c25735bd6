import { findDemo } from '#lib/features/demo/queries.server.ts';
import { countJobs } from '#lib/features/jobs/queries.server.ts';
import { getWorkspaceName } from '#lib/features/settings/queries.server.ts';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { LayoutServerLoad } from './$types.js';
import { openPlaces } from './places.ts';

export const load: LayoutServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const [workspaceName, troubledJobs, demo] = await Promise.all([
			getWorkspaceName(ctx),
			countJobs(ctx),
			findDemo(ctx)
		]);
		return {
			workspaceName,
			troubledJobs,
			maySettings: mayManageSettings(ctx.actor),
			places: openPlaces(ctx.actor).filter((place) => place !== 'demo' || demo !== null)
		};
	});
