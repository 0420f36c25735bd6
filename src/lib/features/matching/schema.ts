import { z } from 'zod';
import { CreateCompany } from '#lib/features/companies/schema.ts';
import { CreateContact } from '#lib/features/contacts/schema.ts';
import { isId } from '#lib/shared/ids.ts';

/** What a form sends of similar records that its author has seen and holds for others. */
export const seen = z
	.string()
	.max(2000)
	.default('')
	.transform((ids) => ids.split(',').filter(isId));

export const AddCompany = CreateCompany.extend({ seen });
export type AddCompany = z.output<typeof AddCompany>;

export const AddContact = CreateContact.extend({ seen });
export type AddContact = z.output<typeof AddContact>;

/** Kinds of which similar ones are looked for while one types. */
export const Similar = z.object({ kind: z.enum(['company', 'contact', 'lead']) });
