import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';

export { searchPersons } from './queries/person.server.ts';
export { previewErasure } from './queries/preview.server.ts';
export { findErasure, listErasures, listExports, readyExport } from './queries/ledger.server.ts';

/** The job that does the erasures that wait. */
export const ERASE = { name: 'privacy.erase', input: z.object({}) };

/** The job that collects what there is about a person. */
export const COLLECT = {
	name: 'privacy.collect',
	input: z.object({ exportId: z.string().refine(isId) })
};
