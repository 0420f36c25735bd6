import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { dealKind } from '#lib/features/deals/record.ts';
import { leadKind } from '#lib/features/leads/record.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { ImportKind } from '../schema.ts';

export type ImportableKind = RecordKind & { readonly name: ImportKind };

const KINDS: Readonly<Record<ImportKind, ImportableKind>> = {
	company: companyKind,
	contact: contactKind,
	lead: leadKind,
	deal: dealKind
};

/** The declaration of a kind that files can be imported into. */
export const importableKind = (kind: ImportKind): ImportableKind => KINDS[kind];
