import { eq } from 'drizzle-orm';
import { seedDemo } from '#lib/features/demo/commands.server.ts';
import { installStandardRoles, issueSetUpToken } from '#lib/features/users/commands.server.ts';
import { isUnclaimed } from '#lib/features/users/queries.server.ts';
import { readConfig } from '#lib/server/config.ts';
import type { Ctx } from '#lib/server/context.ts';
import { connect } from '#lib/server/db/connect.ts';
import { migrateDatabase } from '#lib/server/db/migrate.ts';
import { installation } from '#lib/server/db/tables/index.ts';
import { stopEnqueueing } from '#lib/server/jobs/job.ts';
import { createLog } from '#lib/server/log.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { tell } from './support/tell.ts';

/**
 * Run once before the processes of an installation start: brings the database to this version, fills
 * an empty one with the demo company where that is allowed, and answers how to get in.
 */
await tell(async () => {
	const { databaseUrl } = readConfig(process.env);
	if (!databaseUrl) throw new Error('prepare needs DATABASE_URL');
	await migrateDatabase(databaseUrl);
	const { db, close } = connect(databaseUrl, { max: 4 });
	const log = createLog({ process: 'script' });
	const ctx: Ctx = { db, actor: systemActor, now: new Date(), log, source: 'system' };
	try {
		await installStandardRoles(ctx);
		if (process.env.TANDEM_DEMO === 'allowed' && (await isUnclaimed(ctx))) await seedDemo(ctx);
		return {
			type: 'prepared',
			hasDemo: await hasDemo(ctx),
			setupToken: await issueSetUpToken(ctx)
		};
	} finally {
		await stopEnqueueing();
		await close();
	}
});

async function hasDemo({ db }: Ctx): Promise<boolean> {
	const found = await db.select().from(installation).where(eq(installation.key, 'demo'));
	return found.length > 0;
}
