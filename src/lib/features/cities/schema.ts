import { z } from 'zod';
import { isCountry } from '#lib/records/countries.ts';
import { isId } from '#lib/shared/ids.ts';

const id = z.string().refine(isId, 'not_found');
const country = z.string().refine(isCountry, 'not_a_choice');
const name = z
	.string()
	.refine((text) => !text.includes('\0'), 'has_nul')
	.trim()
	.min(1, 'required')
	.max(100, 'too_long');
/** Commas between. */
const alternatives = z
	.string()
	.refine((text) => !text.includes('\0'), 'has_nul')
	.max(1000, 'too_long')
	.default('');

export const AddCity = z.object({ country, name, alternatives });
export type AddCity = z.output<typeof AddCity>;

export const ChangeCity = z.object({ cityId: id, name, alternatives });
export type ChangeCity = z.output<typeof ChangeCity>;

export const OneCity = z.object({ cityId: id });
export type OneCity = z.output<typeof OneCity>;

/** The city that goes, and the one into which it is merged, by any of its names. */
export const MergeCity = z.object({ cityId: id, into: name });
export type MergeCity = z.output<typeof MergeCity>;

/** Which cities a page asks for. */
export const CityQuery = z.object({
	q: z.string().trim().max(100).catch(''),
	country: country.nullable().catch(null)
});
export type CityQuery = z.output<typeof CityQuery>;

/** What merging two cities leaves to the worker: records with the other names are in this city. */
export const CityRename = z.object({
	country,
	name,
	others: z.array(z.string()),
	batchId: id,
	/** Who merged them. */
	actorId: id
});
export type CityRename = z.output<typeof CityRename>;

export const RENAME_CITIES = { name: 'cities.rename', input: CityRename };
