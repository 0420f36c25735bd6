import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { fireDue, fireReminder } from './commands.server.ts';
import { FIRE } from './queries.server.ts';

/** Fires a reminder at its time. */
export const fireReminderJob = (kinds: readonly ServerKind[]) =>
	defineJob({ ...FIRE, run: (ctx, input) => fireReminder(ctx, kinds, input) });

/** Fires what follows next steps, and whatever became due while nobody worked. */
export const fireDueJob = (kinds: readonly ServerKind[]) =>
	defineJob({
		name: 'reminders.fire-due',
		input: z.object({}),
		run: (ctx) => fireDue(ctx, kinds)
	});
