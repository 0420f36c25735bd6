import Building2 from '@lucide/svelte/icons/building-2';
import CircleDollarSign from '@lucide/svelte/icons/circle-dollar-sign';
import FolderKanban from '@lucide/svelte/icons/folder-kanban';
import Inbox from '@lucide/svelte/icons/inbox';
import Sprout from '@lucide/svelte/icons/sprout';
import Package from '@lucide/svelte/icons/package';
import SquareCheck from '@lucide/svelte/icons/square-check';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import { m } from '#lib/messages/messages.js';
import type { KindName } from '#lib/shared/kinds.ts';

/** How a kind of record is shown wherever kinds stand side by side: rail, palette, search. */
export interface KindLook {
	readonly icon: Component;
	/** Heading of its list and of what search finds of it. */
	readonly many: () => string;
	/** The command that begins one. */
	readonly begin: () => string;
	/** Second key of "g …" and "n …". */
	readonly key: string;
}

export const KIND_LOOKS: Readonly<Record<KindName, KindLook>> = {
	request: {
		icon: Inbox,
		many: m.requests_title,
		begin: m.requests_new,
		key: 'r'
	},
	deal: { icon: CircleDollarSign, many: m.shell_deals, begin: m.shell_new_deal, key: 'd' },
	lead: { icon: Sprout, many: m.leads_title, begin: m.leads_new, key: 'l' },
	company: { icon: Building2, many: m.shell_companies, begin: m.shell_new_company, key: 'c' },
	contact: { icon: Users, many: m.shell_contacts, begin: m.shell_new_contact, key: 'p' },
	task: { icon: SquareCheck, many: m.tasks_title, begin: m.tasks_new, key: 't' },
	project: { icon: FolderKanban, many: m.projects_title, begin: m.projects_new, key: 'j' },
	product: { icon: Package, many: m.products_title, begin: m.products_new, key: 'o' }
};
