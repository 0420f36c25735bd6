import { commentNotices } from '#lib/features/activity/events.ts';
import { checkFilesJob, previewJob, tidyFilesJob } from '#lib/features/attachments/jobs.server.ts';
import { runBulkJob, tidyBulkJob } from '#lib/features/bulk/jobs.server.ts';
import { renameCitiesJob } from '#lib/features/cities/jobs.server.ts';
import { missingFileNotices } from '#lib/features/attachments/events.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { refreshRatesJob } from '#lib/features/currencies/jobs.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { keptNotices } from '#lib/features/notifications/events.ts';
import {
	dailyMailsJob,
	fanOutJob,
	mentionedJob,
	wakeJob
} from '#lib/features/notifications/jobs.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import {
	collectPersonJob,
	erasePersonsJob,
	forgetExportsJob
} from '#lib/features/privacy/jobs.server.ts';
import { settleRatesJob } from '#lib/features/payments/jobs.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import { reminderNotice } from '#lib/features/reminders/events.ts';
import { fireDueJob, fireReminderJob } from '#lib/features/reminders/jobs.server.ts';
import { requestRecords } from '#lib/features/requests/record.server.ts';
import { taskRecords } from '#lib/features/tasks/record.server.ts';
import { sendPasswordLinkJob } from '#lib/features/users/jobs.server.ts';
import { runImportJob, undoImportJob } from '#lib/features/imports/jobs.server.ts';
import { forgetSettledJob } from '#lib/features/kept/jobs.server.ts';
import { collectWordsJob, recollectWordsJob } from '#lib/features/search/jobs.server.ts';
import type { Notice, NoticeRule } from '#lib/records/notices.ts';
import type { Job, Schedule } from '#lib/server/jobs/job.ts';
import { sendMailJob, tidyMailsJob } from '#lib/server/mail/jobs.ts';
import { forgetAnswersJob } from '#lib/server/records/forget-answers.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';

/** The composition root: what the features bring to the hub and the worker. */
export const kinds: readonly ServerKind[] = [
	companyRecords,
	contactRecords,
	leadRecords,
	dealRecords,
	productRecords,
	requestRecords,
	projectRecords,
	taskRecords
];

/** What people are told of: what the kinds declare, and what is the same for all. */
const rules: readonly NoticeRule[] = [
	...kinds.flatMap(({ notices = [] }) => notices),
	...commentNotices,
	...keptNotices,
	...missingFileNotices
];

/** Everything that a person may be told of, as he chooses and reads it. */
export const notices: readonly Notice[] = [reminderNotice, ...rules];

const dailyMails = dailyMailsJob({ kinds, notices });
const fireDue = fireDueJob(kinds);
const collectWords = collectWordsJob(kinds);
const recollectWords = recollectWordsJob(kinds);
const erasePersons = erasePersonsJob(kinds);

export const jobs: readonly Job[] = [
	runImportJob,
	undoImportJob,
	collectWords,
	recollectWords,
	runBulkJob,
	tidyBulkJob,
	renameCitiesJob(kinds),
	refreshRatesJob,
	settleRatesJob,
	forgetAnswersJob,
	forgetSettledJob,
	fanOutJob({ kinds, rules }),
	mentionedJob({ kinds, rules }),
	wakeJob,
	dailyMails,
	fireReminderJob(kinds),
	fireDue,
	sendMailJob,
	tidyMailsJob,
	sendPasswordLinkJob,
	previewJob,
	tidyFilesJob,
	checkFilesJob,
	erasePersons,
	collectPersonJob(kinds),
	forgetExportsJob
];

/** What the clock starts; times in UTC. */
export const schedules: readonly Schedule[] = [
	// A restored backup may have brought somebody back.
	{ job: erasePersons, cron: '* * * * *' },
	{ job: forgetExportsJob, cron: '5 4 * * *' },
	{ job: forgetAnswersJob, cron: '23 * * * *' },
	{ job: forgetSettledJob, cron: '53 3 * * *' },
	{ job: collectWords, cron: '*/5 * * * *' },
	{ job: recollectWords, cron: '15 3 * * *' },
	{ job: tidyBulkJob, cron: '50 2 * * *' },
	{ job: tidyFilesJob, cron: '40 2 * * *' },
	{ job: checkFilesJob, cron: '10 3 * * *' },
	// Yesterday's rates are out by then, whatever the zone.
	{ job: refreshRatesJob, cron: '30 5 * * *' },
	{ job: fireDue, cron: '* * * * *' },
	{ job: tidyMailsJob, cron: '* * * * *' },
	// Days begin at any minute somewhere.
	{ job: dailyMails, cron: '*/5 * * * *' },
	{ job: settleRatesJob, cron: '45 5 * * *' }
];
