import { defineJob, type Job } from '#lib/server/jobs/job.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { renameCity } from './commands.server.ts';
import { type CityRename, RENAME_CITIES } from './schema.ts';

/** Puts records of a city that was merged away into the one that stays. */
export const renameCitiesJob = (
	kinds: readonly ServerKind[]
): Job<(typeof RENAME_CITIES)['input']> =>
	defineJob({
		...RENAME_CITIES,
		async run(ctx, input: CityRename) {
			await renameCity(ctx, kinds, input);
		}
	});
