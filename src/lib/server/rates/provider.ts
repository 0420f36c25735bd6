import type { Rate } from '#lib/shared/exchange.ts';

/** What one unit of the base currency was worth in others on the last banking day up to the day asked for. */
export interface Fetched {
	readonly base: string;
	/** The banking day that the rates are of. */
	readonly on: string;
	readonly perBase: ReadonlyMap<string, Rate>;
}

/** A source of official rates. A failed answer is a sentence for people and never a rate [core 5.14, T194–196, B206]. */
export interface RateProvider {
	readonly name: string;
	/** `day` as YYYY-MM-DD. */
	fetch(
		day: string
	): Promise<
		{ readonly ok: true; readonly value: Fetched } | { readonly ok: false; readonly error: string }
	>;
}
