import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Palette } from './palette.svelte.ts';

class FakeElement {
	readonly #selectors: string;
	constructor(selectors = '') {
		this.#selectors = selectors;
	}
	matches(selectors: string) {
		return this.#selectors !== '' && selectors.includes(this.#selectors);
	}
	closest(selectors: string) {
		return this.matches(selectors) ? this : null;
	}
}

// The palette asks the event's target whether it takes text; Node has no elements.
beforeAll(() => vi.stubGlobal('Element', FakeElement));

function aPalette() {
	const gone: string[] = [];
	const palette = new Palette((address) => gone.push(address));
	palette.addToShell(() => [
		{ id: 'deals', label: 'Deals', keys: 'g d', href: '/deals' },
		{ id: 'search', label: 'Search', keys: '/', run: () => gone.push('search') }
	]);
	return { palette, gone };
}

function key(pressed: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
	const event = {
		key: pressed,
		timeStamp: 0,
		target: new FakeElement(),
		preventDefault: vi.fn(),
		...more
	};
	// Only what the palette reads of an event.
	return event as unknown as KeyboardEvent;
}

describe('the palette', () => {
	test('a single key runs its command', () => {
		const { palette, gone } = aPalette();
		const event = key('/');
		palette.press(event);
		expect(gone).toEqual(['search']);
		expect(event.preventDefault).toHaveBeenCalled();
	});

	test('two keys in a row go somewhere, unless the second comes too late', () => {
		const { palette, gone } = aPalette();
		palette.press(key('g'));
		palette.press(key('d', { timeStamp: 3_000 }));
		expect(gone).toEqual([]);
		palette.press(key('g', { timeStamp: 4_000 }));
		palette.press(key('d', { timeStamp: 4_500 }));
		expect(gone).toEqual(['/deals']);
	});

	test('nothing fires while somebody types or a dialog has the keys', () => {
		const { palette, gone } = aPalette();
		for (const place of ['input', 'textarea', '[contenteditable="true"]', '[role="dialog"]']) {
			const target = new FakeElement(place);
			palette.press(key('/', { target: target as unknown as EventTarget }));
		}
		expect(gone).toEqual([]);
	});

	test('Ctrl-K and Cmd-K open and close it even while somebody types', () => {
		const { palette } = aPalette();
		const target = new FakeElement('input') as unknown as EventTarget;
		palette.press(key('k', { ctrlKey: true, target }));
		expect(palette.open).toBe(true);
		palette.press(key('K', { metaKey: true, target }));
		expect(palette.open).toBe(false);
	});

	test('keys with a modifier belong to the browser', () => {
		const { palette, gone } = aPalette();
		palette.press(key('/', { ctrlKey: true }));
		palette.press(key('/', { altKey: true }));
		expect(gone).toEqual([]);
	});

	test('commands of a page come first and go with it', () => {
		const { palette, gone } = aPalette();
		const leave = palette.addToPage(() => [
			{ id: 'won', label: 'Won', keys: 'w', run: () => gone.push('won') }
		]);
		expect(palette.commands.map(({ id }) => id)).toEqual(['won', 'deals', 'search']);
		palette.press(key('w'));
		leave();
		palette.press(key('w'));
		expect(gone).toEqual(['won']);
	});
});
