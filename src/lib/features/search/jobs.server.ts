import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { collectWords, recollectWords } from './commands.server.ts';

const input = z.object({});

/** Keeps the words that slips are measured by up with the names of records. */
export const collectWordsJob = (kinds: readonly ServerKind[]) =>
	defineJob({ name: 'search.collect-words', input, run: (ctx) => collectWords(ctx, kinds) });

/** The same from the beginning, without those of records that are gone. */
export const recollectWordsJob = (kinds: readonly ServerKind[]) =>
	defineJob({ name: 'search.recollect-words', input, run: (ctx) => recollectWords(ctx, kinds) });
