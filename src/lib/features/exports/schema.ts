import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';

/** Tables of every kind; cards of people. */
export const EXPORT_FORMATS = ['csv', 'xlsx', 'vcf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Records that can be asked for one by one; more do not fit into an address. */
const MOST_CHOSEN = 150;

/** What an address asks for beside the search, filters and order of the list it is about. */
export const ExportQuery = z.object({
	format: z.enum(EXPORT_FORMATS).catch('csv'),
	/** Only these records, as far as the list has them; what is no id is left out. */
	ids: z
		.string()
		.optional()
		.transform((text) => text?.split(',').filter(isId).slice(0, MOST_CHOSEN))
});
