import { z } from 'zod';
import { parseRate } from '#lib/shared/exchange.ts';

/** Where official rates come from. */
export const PROVIDERS = ['none', 'ecb'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

const code = z
	.string()
	.refine((text) => Intl.supportedValuesOf('currency').includes(text), 'not_a_currency');
/** The value of a ticked box; an unticked one is not sent. */
const ticked = z.preprocess((value) => value === 'on' || value === true, z.boolean());
const rate = z
	.string()
	.transform((text) => parseRate(text))
	.refine((value) => value !== null, 'not_a_rate');

export const AddCurrency = z.object({ code });
export const OneCurrency = z.object({ code });

export const ChangeCurrency = z.object({
	code,
	autoUpdate: ticked,
	isState: ticked,
	isMarketing: ticked
});
export type ChangeCurrency = z.output<typeof ChangeCurrency>;

export const SetRate = z.object({
	code,
	on: z.iso.date('not_a_day'),
	/** What one unit is worth in the bookkeeping currency. */
	rate
});
export type SetRate = z.output<typeof SetRate>;

export const ChooseProvider = z.object({ provider: z.enum(PROVIDERS, 'not_a_choice') });

export const FetchNow = z.object({});

/** From which day on a page of rates goes back. */
export const RatesBefore = z.iso.date();
