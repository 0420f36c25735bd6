import { createContext, type Component } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';

/** Something a person can do from the palette, from a key, or both. */
export interface Command {
	readonly id: string;
	readonly label: string;
	/** Heading in the palette; commands of a page come first, under the page's own. */
	readonly group?: string;
	/** "e", or a sequence such as "g d". Fires while no field has the focus. */
	readonly keys?: string;
	readonly icon?: Component;
	readonly href?: string;
	readonly run?: () => unknown;
}

type Source = () => readonly Command[];

const SEQUENCE_MS = 1_200;
const LETTERS_KEY = 'tandem.single-letter-keys';
const TYPES_INTO =
	'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable=""], [contenteditable="true"]';
const OWNS_KEYS = '[role="dialog"], [role="menu"], [role="listbox"], [role="grid"]';

/** The commands of the shell and of the page that is open, and the keys that run them. */
export class Palette {
	open = $state(false);
	/** The list of keys ("?"). */
	help = $state(false);
	#letters = $state(true);
	#shell = new SvelteSet<Source>();
	#page = new SvelteSet<Source>();
	#started = '';
	#startedAt = 0;
	readonly #go: (address: string) => void;

	constructor(go: (address: string) => void) {
		this.#go = go;
	}

	readonly pageCommands: readonly Command[] = $derived(listOf(this.#page));
	readonly commands: readonly Command[] = $derived([...this.pageCommands, ...listOf(this.#shell)]);

	/** Whether single letters do something; a person may switch them off (WCAG 2.1.4). */
	get letters(): boolean {
		return this.#letters;
	}

	set letters(on: boolean) {
		this.#letters = on;
		localStorage.setItem(LETTERS_KEY, on ? 'on' : 'off');
	}

	/** Reads what this browser remembers. */
	remember(): void {
		this.#letters = localStorage.getItem(LETTERS_KEY) !== 'off';
	}

	/** Commands that are there on every page; the answer takes them out again. */
	addToShell(source: Source): () => void {
		return keepIn(this.#shell, source);
	}

	/** Commands of the page that is open; the answer takes them out again. */
	addToPage(source: Source): () => void {
		return keepIn(this.#page, source);
	}

	/** The same while a component lives: call it when the component is set up. */
	onPage(source: Source): void {
		$effect(() => this.addToPage(source));
	}

	run(command: Command): void {
		this.open = false;
		this.help = false;
		if (command.run) command.run();
		else if (command.href) this.#go(command.href);
	}

	/** Runs what the pressed key stands for. */
	press(event: KeyboardEvent): void {
		if (event.defaultPrevented || event.isComposing) return;
		if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
			event.preventDefault();
			this.open = !this.open;
			return;
		}
		if (event.ctrlKey || event.metaKey || event.altKey || !this.#letters) return;
		if (isTyping(event.target) || event.key.length !== 1) return;
		this.#letter(event);
	}

	#letter(event: KeyboardEvent): void {
		const key = event.key.toLowerCase();
		const isSecond = this.#started !== '' && event.timeStamp - this.#startedAt < SEQUENCE_MS;
		const pressed = isSecond ? `${this.#started} ${key}` : key;
		const command = this.commands.find(({ keys }) => keys === pressed);
		this.#started = '';
		if (command) {
			event.preventDefault();
			this.run(command);
		} else if (this.commands.some(({ keys }) => keys?.startsWith(`${key} `))) {
			this.#started = key;
			this.#startedAt = event.timeStamp;
		}
	}
}

export const [getPalette, setPalette] = createContext<Palette>();

function keepIn(sources: SvelteSet<Source>, source: Source): () => void {
	sources.add(source);
	return () => {
		sources.delete(source);
	};
}

const listOf = (sources: Iterable<Source>) => [...sources].flatMap((source) => source());

function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof Element)) return false;
	return target.matches(TYPES_INTO) || target.closest(`${OWNS_KEYS}, ${TYPES_INTO}`) !== null;
}
