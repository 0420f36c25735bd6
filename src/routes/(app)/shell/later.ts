import type { Device } from '#lib/client/device/device.svelte.ts';
import { KINDS, type KindName } from '#lib/shared/kinds.ts';
import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import { m } from '#lib/messages/messages.js';

interface About {
	readonly kind: KindName;
	readonly id: string;
	title(): string;
	go(address: string): unknown;
}

/**
 * What becomes of a command on a record's page when the server cannot be reached: to the trash and back
 * is left on this device to be done later; whatever needs an answer has to wait for the line.
 */
export function laterOn(device: Device, toasts: Toasts, { kind, id, title, go }: About) {
	const noLine = () => toasts.show(m.offline_no_line(), { tone: 'bad' });
	const later = async (act: 'trash' | 'restore', sentence: string) => {
		const input = kind === 'deal' ? { dealId: id } : { id };
		const about = { title: title(), kind, recordId: id };
		const entry = await device.later({ action: `${kind}.${act}`, input, ...about });
		if (!entry) return noLine();
		toasts.show(sentence, { undo: () => device.outbox.discard(entry.key) });
	};
	return async (action: URL): Promise<void> => {
		if (action.searchParams.has('/trash')) {
			await later('trash', m.offline_will_trash({ title: title() }));
			await go(KINDS[kind].path);
		} else if (action.searchParams.has('/restore')) {
			await later('restore', m.offline_will_restore());
		} else noLine();
	};
}
