import Building2 from '@lucide/svelte/icons/building-2';
import CircleDollarSign from '@lucide/svelte/icons/circle-dollar-sign';
import Columns3 from '@lucide/svelte/icons/columns-3';
import FileUp from '@lucide/svelte/icons/file-up';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import { m } from '#lib/messages/messages.js';
import type { LayoutData } from '../$types';

export interface Section {
	readonly href: string;
	readonly label: string;
	readonly icon: Component;
	/** Second key of "g …". */
	readonly key: string;
	/** Belongs under the section before it. */
	readonly nested?: boolean;
}

/** The parts of Tandem that this person may open, in the order of the rail. */
export function sectionsFor(may: LayoutData['may']): readonly Section[] {
	const sections: (Section | false)[] = [
		may.readDeals && { href: '/deals', label: m.shell_deals(), icon: CircleDollarSign, key: 'd' },
		may.readDeals && {
			href: '/deals/board',
			label: m.shell_board(),
			icon: Columns3,
			key: 'b',
			nested: true
		},
		may.readCompanies && {
			href: '/companies',
			label: m.shell_companies(),
			icon: Building2,
			key: 'c'
		},
		may.readContacts && { href: '/contacts', label: m.shell_contacts(), icon: Users, key: 'p' },
		may.readImports && { href: '/imports', label: m.shell_imports(), icon: FileUp, key: 'i' }
	];
	return sections.filter((section) => section !== false);
}

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
