import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { ImportKind } from '../schema.ts';

/** Where the rows of a file go. */
export const RECORDS: Readonly<Record<ImportKind, ServerKind>> = {
	company: companyRecords,
	contact: contactRecords,
	lead: leadRecords,
	deal: dealRecords
};
