/** What the signals of a deal follow from. */
export interface DealFacts {
	readonly isOpen: boolean;
	/** Nobody who owns it has changed anything yet. */
	readonly isNew: boolean;
	readonly nextStepOn: string | null;
	/** When it came to its stage, and after how many days there it is stale. */
	readonly stageSince: string;
	readonly staleAfterDays: number | null;
	/** Money has come; false for whoever may not know. */
	readonly isPaid: boolean;
	/** Line items: all, without a day by contract, and past it; null for whoever may not know. */
	readonly items: { readonly all: number; readonly undated: number; readonly late: number } | null;
	/** The weights of its quality events together; null without any. */
	readonly quality: number | null;
}

export type Signal =
	| { readonly name: 'overdue' | 'late_shipment' | 'items_missing' | 'days_missing' }
	| { readonly name: 'paid' | 'new' }
	| { readonly name: 'stale'; readonly days: number }
	| { readonly name: 'quality'; readonly score: number };

/** The moment and the reader's day at which signals are told. */
export interface Moment {
	readonly now: Date;
	readonly today: string;
}

/** What stands out about a deal, the most urgent first [core 5.11]; of one that has ended only its quality. */
export function signalsOf(facts: DealFacts, { now, today }: Moment): readonly Signal[] {
	const { quality, items } = facts;
	const score = scoreOf(quality);
	const rated: readonly Signal[] = score === null ? [] : [{ name: 'quality', score }];
	if (!facts.isOpen) return rated;
	const days = daysIn(facts.stageSince, now);
	const isStale = facts.staleAfterDays !== null && days >= facts.staleAfterDays;
	const isPaid = facts.isPaid && items !== null;
	return [
		...only(facts.nextStepOn !== null && facts.nextStepOn < today, { name: 'overdue' }),
		...only(items !== null && items.late > 0, { name: 'late_shipment' }),
		...only(isStale, { name: 'stale', days }),
		...only(isPaid && items.all === 0, { name: 'items_missing' }),
		...only(isPaid && items.undated > 0, { name: 'days_missing' }),
		...only(facts.isPaid, { name: 'paid' }),
		...only(facts.isNew, { name: 'new' }),
		...rated
	];
}

const only = (holds: boolean, signal: Signal): readonly Signal[] => (holds ? [signal] : []);

const DAY_MS = 86_400_000;

/** Whole days since that moment. */
export const daysIn = (since: string | Date, now: Date): number =>
	Math.max(0, Math.floor((now.getTime() - new Date(since).getTime()) / DAY_MS));

const FULL_SCORE = 100;

/** The quality of a deal in per cent; null when nothing was said about it [core 4.18]. */
export const scoreOf = (weights: number | null): number | null =>
	weights === null ? null : FULL_SCORE + weights;

/** How good a score is: each colour has a word. */
export function gradeOf(score: number): 'sound' | 'good' | 'fair' | 'poor' {
	if (score >= 95) return 'sound';
	if (score >= 85) return 'good';
	return score >= 70 ? 'fair' : 'poor';
}
