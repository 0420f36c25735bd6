interface Mail {
	readonly state: string;
	readonly captured: boolean;
}

/** How urgent a mail's state is. */
export function toneOf({ state, captured }: Mail) {
	if (captured) return 'info';
	if (state === 'failed') return 'bad';
	if (state === 'unknown') return 'warn';
	return state === 'sent' ? 'good' : 'neutral';
}
