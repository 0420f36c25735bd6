import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';

const KINDS = { company: companyKind, contact: contactKind } as const;

/** The declaration of a kind that files can be imported into. */
export const importableKind = (kind: keyof typeof KINDS) => KINDS[kind];
