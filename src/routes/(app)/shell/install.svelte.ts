import { createContext } from 'svelte';
import { on } from 'svelte/events';

/** Not in the types: only some browsers offer it. */
interface InstallEvent extends Event {
	prompt(): Promise<unknown>;
}

/** The browser's offer to install Tandem. It comes once, early, and is kept until somebody asks for it. */
export class Install {
	#offer = $state.raw<InstallEvent | null>(null);

	get offered(): boolean {
		return this.#offer !== null;
	}

	/** Listens for the offer; the answer ends it. */
	listen(): () => void {
		return on(window, 'beforeinstallprompt' as 'install', (event: Event) => {
			event.preventDefault();
			this.#offer = event as InstallEvent; // of this event's name
		});
	}

	async accept(): Promise<void> {
		await this.#offer?.prompt();
		this.#offer = null;
	}
}

export const [getInstall, setInstall] = createContext<Install>();
