import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveHints } from '#lib/client/live.svelte.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** A line whose other end is this test. */
class Line {
	static last: Line;
	onopen: (() => void) | null = null;
	onmessage: ((event: { data: string }) => void) | null = null;

	constructor() {
		Line.last = this;
	}
}

/** What was asked to be loaded again, with the moment. */
function listening() {
	const asked: { at: number; what: string }[] = [];
	const live = new LiveHints({
		url: 'ws://here',
		// As much of one as is used.
		WebSocketClass: Line as unknown as typeof WebSocket,
		invalidate: (what) => asked.push({ at: Date.now(), what })
	});
	live.reconnect();
	Line.last.onopen?.();
	const say = (message: object) => Line.last.onmessage?.({ data: JSON.stringify(message) });
	return { asked, say };
}

const hint = (topic: string) => ({ type: 'hint', topic, ids: ['x'], rev: 1 });

test('whoever begins to listen loads all that can change once more, in one moment', () => {
	const { asked, say } = listening();
	say({ type: 'online', people: [] });
	vi.advanceTimersByTime(1_000);
	expect(asked.map(({ what }) => what)).toEqual(
		expect.arrayContaining(['live:deal', 'live:view', 'live:notification'])
	);
	expect(new Set(asked.map(({ at }) => at)).size).toBe(1);
});

test('a burst of hints loads again once at once and once when it is over', () => {
	const { asked, say } = listening();
	say({ type: 'online', people: [] });
	vi.advanceTimersByTime(10_000);
	asked.length = 0;
	for (let n = 0; n < 20; n++) {
		say(hint('deal'));
		vi.advanceTimersByTime(50);
	}
	vi.advanceTimersByTime(10_000);
	expect(asked.map(({ what }) => what)).toEqual(['live:deal', 'live:deal']);
});

test('what was set is not loaded by everybody in one moment', () => {
	const waits = Array.from({ length: 50 }, () => {
		const { asked, say } = listening();
		say({ type: 'online', people: [] });
		vi.advanceTimersByTime(10_000);
		asked.length = 0;
		const began = Date.now();
		say(hint('settings'));
		vi.advanceTimersByTime(10_000);
		return (asked[0]?.at ?? 0) - began;
	});
	expect(Math.max(...waits)).toBeLessThan(3_000);
	expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(500);
});
