import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { refreshRatesJob } from '#lib/features/currencies/jobs.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import { taskRecords } from '#lib/features/tasks/record.server.ts';
import { runImportJob } from '#lib/features/imports/jobs.server.ts';
import type { Job, Schedule } from '#lib/server/jobs/job.ts';
import { forgetAnswersJob } from '#lib/server/records/forget-answers.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';

/** The composition root: what the features bring to the hub and the worker. */
export const kinds: readonly ServerKind[] = [
	companyRecords,
	contactRecords,
	dealRecords,
	projectRecords,
	taskRecords
];

export const jobs: readonly Job[] = [runImportJob, refreshRatesJob, forgetAnswersJob];

/** What the clock starts; times in UTC. */
export const schedules: readonly Schedule[] = [
	{ job: forgetAnswersJob, cron: '23 * * * *' },
	// Yesterday's rates are out by then, whatever the zone.
	{ job: refreshRatesJob, cron: '30 5 * * *' }
];
