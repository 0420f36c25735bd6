import Columns3 from '@lucide/svelte/icons/columns-3';
import FileUp from '@lucide/svelte/icons/file-up';
import Sun from '@lucide/svelte/icons/sun';
import Truck from '@lucide/svelte/icons/truck';
import Wallet from '@lucide/svelte/icons/wallet';
import type { Component } from 'svelte';
import { type SavedView, viewAddress } from '#lib/features/views/model.ts';
import { m } from '#lib/messages/messages.js';
import { KIND_NAMES, KINDS, type KindName } from '#lib/shared/kinds.ts';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';
import type { LayoutData } from '../$types';

export interface Section {
	readonly href: string;
	/** Where one begins there: with the view that the reader has chosen for it. */
	readonly start?: string;
	/** Views that stand under it. */
	readonly views?: readonly SavedView[];
	readonly label: string;
	readonly icon: Component;
	/** Second key of "g …". */
	readonly key: string;
	/** Belongs under the section before it. */
	readonly nested?: boolean;
}

/** Other ways to look at the records of a kind than its list. */
const VIEWS: Partial<Record<KindName, () => Section>> = {
	deal: () => ({
		href: '/deals/board',
		label: m.shell_board(),
		icon: Columns3,
		key: 'b',
		nested: true
	})
};

/** The parts of Tandem that this person may open, in the order of the rail. */
export function sectionsFor({ may, views }: Pick<LayoutData, 'may' | 'views'>): readonly Section[] {
	const kinds = KIND_NAMES.filter((kind) => may.read[kind]);
	return [
		{ href: '/', label: m.today_title(), icon: Sun, key: 'h' },
		...kinds.flatMap((kind) => [sectionOf(kind, views), VIEWS[kind]?.() ?? []].flat()),
		...(may.readPayments
			? [{ href: '/payments', label: m.payments_title(), icon: Wallet, key: 'm' }]
			: []),
		...(may.readShipments
			? [{ href: '/shipments', label: m.shipments_title(), icon: Truck, key: 's' }]
			: []),
		...(may.readImports
			? [{ href: '/imports', label: m.shell_imports(), icon: FileUp, key: 'i' }]
			: [])
	];
}

function sectionOf(kind: KindName, views: readonly SavedView[]): Section {
	const { icon, many, key } = KIND_LOOKS[kind];
	const own = views.filter((view) => view.kind === kind);
	const first = own.find(({ isDefault }) => isDefault);
	return {
		...{ href: KINDS[kind].path, label: many(), icon, key },
		...(first && { start: viewAddress(first) }),
		views: own.filter(({ pinned }) => pinned)
	};
}

/** How many requests wait for the reader, in words. */
export const waitingWords = ({ count, late }: LayoutData['waiting']): string =>
	late > 0 ? m.requests_count_late({ count, late }) : m.requests_count_fresh({ count });

/** The section that an address is in: the longest one it begins with. */
export function currentSection(sections: readonly Section[], path: string): string | null {
	const holds = ({ href }: Section) => path === href || path.startsWith(`${href}/`);
	return (
		sections
			.filter(holds)
			.map(({ href }) => href)
			.sort((a, b) => b.length - a.length)[0] ?? null
	);
}
