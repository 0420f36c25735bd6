import { createContext } from 'svelte';

/** How this viewer reads numbers and dates. */
export interface Reader {
	readonly locale: string;
	readonly timeZone: string;
	/** The moment the page was rendered: server and browser then agree on "2 hours ago". */
	readonly now: Date;
}

const UNITS = [
	['year', 31_536_000],
	['month', 2_592_000],
	['week', 604_800],
	['day', 86_400],
	['hour', 3_600],
	['minute', 60]
] as const satisfies readonly (readonly [Intl.RelativeTimeFormatUnit, number])[];

const cached = new Map<string, unknown>();

/** Intl objects are slow to make and a list needs the same few thousands of times. */
function once<Formatter>(key: string, make: () => Formatter): Formatter {
	// The key names both the class and the options, so what is stored under it has this type.
	const found = cached.get(key) as Formatter | undefined;
	if (found) return found;
	const made = make();
	cached.set(key, made);
	return made;
}

/** Money, dates, numbers and names the way one viewer reads them. */
export class Format {
	readonly locale: string;
	readonly timeZone: string;
	readonly now: Date;

	constructor(reader: Reader) {
		this.locale = reader.locale;
		this.timeZone = reader.timeZone;
		this.now = reader.now;
	}

	/** "1.299,00 €"; whole amounts lose their cents where `short` is asked for. */
	money(amount: { readonly minor: string | bigint; readonly currency: string }): string {
		return this.#money(amount, {});
	}

	/** For cards and sums: no cents when there are none. */
	moneyShort(amount: { readonly minor: string | bigint; readonly currency: string }): string {
		return this.#money(amount, { trailingZeroDisplay: 'stripIfInteger' });
	}

	#money(
		{ minor, currency }: { readonly minor: string | bigint; readonly currency: string },
		options: Intl.NumberFormatOptions
	): string {
		const formatter = once(
			`money ${this.locale} ${currency} ${JSON.stringify(options)}`,
			() => new Intl.NumberFormat(this.locale, { style: 'currency', currency, ...options })
		);
		const digits = formatter.resolvedOptions().maximumFractionDigits ?? 2;
		// A decimal string keeps every digit; a division would go through a float. TypeScript's
		// library does not know yet that Intl takes one.
		return formatter.format(`${minor}E-${digits}` as unknown as number);
	}

	number(value: number | bigint): string {
		return once(`number ${this.locale}`, () => new Intl.NumberFormat(this.locale)).format(value);
	}

	percent(share: number): string {
		return once(
			`percent ${this.locale}`,
			() => new Intl.NumberFormat(this.locale, { style: 'percent', maximumFractionDigits: 0 })
		).format(share);
	}

	/** A day without a clock ("2026-11-22"): the same day in every zone. */
	day(day: string): string {
		return this.#date('UTC', { dateStyle: 'medium' }).format(new Date(`${day}T00:00:00Z`));
	}

	/** The same without the year while it is this year's: "22 Nov". */
	dayShort(day: string): string {
		const sameYear = day.slice(0, 4) === this.today().slice(0, 4);
		return this.#date('UTC', {
			day: 'numeric',
			month: 'short',
			...(sameYear ? {} : { year: 'numeric' })
		}).format(new Date(`${day}T00:00:00Z`));
	}

	/** An instant with its time, in the viewer's zone. */
	instant(at: Date): string {
		return this.#date(this.timeZone, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
	}

	/** "3 minutes ago", "in 2 days"; put the exact instant beside it (see RelativeTime). */
	relative(at: Date, now: Date = this.now): string {
		const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
		const formatter = once(
			`relative ${this.locale}`,
			() => new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' })
		);
		for (const [unit, size] of UNITS) {
			if (Math.abs(seconds) >= size) return formatter.format(Math.round(seconds / size), unit);
		}
		return formatter.format(0, 'second');
	}

	/** "today", "tomorrow", "3 days ago" for a day without a clock, judged in the viewer's zone. */
	relativeDay(day: string): string {
		return once(
			`relative ${this.locale}`,
			() => new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' })
		).format(this.daysUntil(day), 'day');
	}

	/** Whole days from the viewer's today to that day; negative when it has passed. */
	daysUntil(day: string): number {
		return Math.round(
			(Date.parse(`${day}T00:00:00Z`) - Date.parse(`${this.today()}T00:00:00Z`)) / 86_400_000
		);
	}

	/** Today as the viewer's calendar has it, "2026-11-22". */
	today(): string {
		// The Swedish way of writing dates is the ISO one.
		return once(
			`today ${this.timeZone}`,
			() => new Intl.DateTimeFormat('sv-SE', { timeZone: this.timeZone })
		).format(this.now);
	}

	/** Name of an ISO 3166-1 alpha-2 country. */
	country(code: string): string {
		return (
			once(
				`region ${this.locale}`,
				() => new Intl.DisplayNames(this.locale, { type: 'region', fallback: 'code' })
			).of(code) ?? code
		);
	}

	/** Name of an ISO 4217 currency: "Euro". */
	currency(code: string): string {
		return (
			once(
				`currency ${this.locale}`,
				() => new Intl.DisplayNames(this.locale, { type: 'currency', fallback: 'code' })
			).of(code) ?? code
		);
	}

	/** "Ann, Bob and Cleo". */
	list(words: readonly string[]): string {
		return once(
			`list ${this.locale}`,
			() => new Intl.ListFormat(this.locale, { type: 'conjunction' })
		).format(words);
	}

	/** Orders words the way this reader's dictionary does. */
	compare(a: string, b: string): number {
		return once(`order ${this.locale}`, () => new Intl.Collator(this.locale)).compare(a, b);
	}

	#date(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
		return once(
			`date ${this.locale} ${timeZone} ${JSON.stringify(options)}`,
			() => new Intl.DateTimeFormat(this.locale, { timeZone, ...options })
		);
	}
}

export const [getFormat, setFormat] = createContext<() => Format>();
