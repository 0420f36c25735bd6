import { z } from 'zod';
import { parseRate, type Rate } from '#lib/shared/exchange.ts';
import { parseRecords } from '../csv/reader.ts';
import type { Fetched, RateProvider } from './provider.ts';

const ADDRESS = 'https://data-api.ecb.europa.eu/service/data/EXR/D..EUR.SP00.A';
const PATIENCE_MS = 15_000;
/** Holidays at the turn of the year leave up to four days without rates. */
const DAYS_BACK = 7;
const BASE = 'EUR';

const Observation = z.object({
	currency: z.string().regex(/^[A-Z]{3}$/),
	day: z.iso.date(),
	rate: z
		.string()
		.transform((text) => parseRate(rounded(text)))
		.pipe(z.string())
});

/** Reference rates of the European Central Bank (data portal, EXR dataflow, CSV), published on banking days. */
export function ecbProvider(request: typeof fetch = fetch, address = ADDRESS): RateProvider {
	return {
		name: 'ecb',
		async fetch(day) {
			const query = new URLSearchParams({
				startPeriod: daysBefore(day, DAYS_BACK),
				endPeriod: day,
				format: 'csvdata',
				detail: 'dataonly'
			});
			try {
				const answer = await request(`${address}?${query}`, {
					signal: AbortSignal.timeout(PATIENCE_MS),
					headers: { accept: 'text/csv' }
				});
				if (!answer.ok) return refused(`The European Central Bank answered ${answer.status}.`);
				return read(await answer.text());
			} catch (thrown) {
				// Unreachable, too slow, or cut off: each is a sentence for the page, not a crash of the job.
				const reason = thrown instanceof Error ? thrown.message : 'no answer';
				return refused(`The European Central Bank could not be reached: ${reason}.`);
			}
		}
	};
}

const refused = (error: string) => ({ ok: false, error }) as const;

function read(text: string): { ok: true; value: Fetched } | { ok: false; error: string } {
	const [head, ...records] = parseRecords(text, { delimiter: ',', lineEnd: '\n' }, false);
	const columns = (head?.cells ?? []).map((cell) => cell.trim());
	const at = (name: string) => columns.indexOf(name);
	const [currency, day, rate] = [at('CURRENCY'), at('TIME_PERIOD'), at('OBS_VALUE')];
	const latest = new Map<string, { day: string; rate: Rate }>();
	for (const { cells } of records) {
		const parsed = Observation.safeParse({
			currency: cells[currency],
			day: cells[day],
			rate: cells[rate]?.trim()
		});
		// A currency that is no longer quoted has an empty value.
		if (!parsed.success) continue;
		const known = latest.get(parsed.data.currency);
		if (!known || known.day < parsed.data.day) latest.set(parsed.data.currency, parsed.data);
	}
	const on = [...latest.values()]
		.map(({ day }) => day)
		.sort()
		.at(-1);
	if (on === undefined)
		return refused('The European Central Bank sent something that is no table of rates.');
	const ofThatDay = [...latest].filter(([, { day }]) => day === on);
	const perBase = new Map([
		[BASE, '1'],
		...ofThatDay.map(([code, { rate }]) => [code, rate] as const)
	]);
	return { ok: true, value: { base: BASE, on, perBase } };
}

/** More digits than a rate is kept with would refuse it. */
const rounded = (text: string) => text.replace(/^(\d+\.\d{10})\d+$/, '$1');

function daysBefore(day: string, days: number): string {
	const at = new Date(`${day}T00:00:00Z`);
	at.setUTCDate(at.getUTCDate() - days);
	return at.toISOString().slice(0, 10);
}
