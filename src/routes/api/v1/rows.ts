import { z } from 'zod';
import { id } from './inputs.ts';

// Values of rows beside deals, in the form of the answers; what is wrong with one, its code says.

/** Of a record of this kind. */
export const refersTo = (target: string) => id.meta({ 'x-refers-to': target });

const CURRENCY = z.string('not_a_currency').regex(/^[A-Z]{3}$/, 'not_a_currency');

/** Money between two amounts in minor units. */
export const money = (least: bigint, most: bigint, tooLittle: string) =>
	z
		.strictObject({
			minor: z.string('not_money').regex(/^(0|-?[1-9]\d{0,15})$/, 'not_money'),
			currency: CURRENCY
		})
		.refine(({ minor }) => BigInt(minor) >= least, tooLittle)
		.refine(({ minor }) => BigInt(minor) <= most, 'money_out_of_range')
		.meta({ value: 'Money' });

export const day = z.iso.date('not_a_day');

/** A short text, or null for none. */
export const line = (max: number) =>
	z
		.string('not_text')
		.trim()
		.refine((text) => !text.includes('\0'), 'has_nul')
		.max(max, 'too_long')
		.transform((text) => text || null)
		.nullable();

export const moneyOf = (minor: bigint | null, currency: string | null) =>
	minor === null || currency === null ? null : { minor: minor.toString(), currency };
