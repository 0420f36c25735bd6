import { mayReadStopPhrases } from '#lib/features/capture/policy.ts';
import { mayReadAudit } from '#lib/features/activity/policy.ts';
import { findDemo } from '#lib/features/demo/queries.server.ts';
import { countJobs } from '#lib/features/jobs/queries.server.ts';
import { mayExportPersons } from '#lib/features/privacy/policy.ts';
import { getWorkspaceName } from '#lib/features/settings/queries.server.ts';
import { mayManageSettings, mayManageUsers, mayReadSome } from '#lib/features/users/policy.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { LayoutServerLoad } from './$types.js';

export const load: LayoutServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		workspaceName: await getWorkspaceName(ctx),
		maySettings: mayManageSettings(ctx.actor),
		mayPrivacy: mayExportPersons(ctx.actor),
		mayAudit: mayReadAudit(ctx.actor),
		troubledJobs: await countJobs(ctx),
		mayPeople: mayManageUsers(ctx.actor),
		mayWebForm: mayReadStopPhrases(ctx.actor) || mayManageSettings(ctx.actor),
		mayQuality: mayReadSome(ctx.actor, 'qualitySignal'),
		hasDemo: (await findDemo(ctx)) !== null
	}));
