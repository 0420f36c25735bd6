import Building2 from '@lucide/svelte/icons/building-2';
import CircleDollarSign from '@lucide/svelte/icons/circle-dollar-sign';
import FileUp from '@lucide/svelte/icons/file-up';
import Keyboard from '@lucide/svelte/icons/keyboard';
import LogOut from '@lucide/svelte/icons/log-out';
import Moon from '@lucide/svelte/icons/moon';
import Search from '@lucide/svelte/icons/search';
import User from '@lucide/svelte/icons/user';
import type { Command } from '#lib/ui/palette.svelte.ts';
import { m } from '#lib/messages/messages.js';
import type { LayoutData } from '../$types';
import type { Section } from './sections.ts';

interface Acts {
	readonly search: () => void;
	readonly help: () => void;
}

/** What can be done from anywhere. */
export function shellCommands(
	may: LayoutData['may'],
	sections: readonly Section[],
	{ search, help }: Acts
): readonly Command[] {
	return [...createCommands(may), ...goCommands(sections), ...appCommands({ search, help })];
}

function createCommands(may: LayoutData['may']): Command[] {
	const group = m.shell_palette_create();
	const commands: (Command | false)[] = [
		may.createDeals && {
			id: 'new-deal',
			label: m.shell_new_deal(),
			group,
			keys: 'n d',
			icon: CircleDollarSign,
			href: '/deals/new'
		},
		may.createCompanies && {
			id: 'new-company',
			label: m.shell_new_company(),
			group,
			keys: 'n c',
			icon: Building2,
			href: '/companies/new'
		},
		may.createContacts && {
			id: 'new-contact',
			label: m.shell_new_contact(),
			group,
			keys: 'n p',
			icon: User,
			href: '/contacts/new'
		},
		may.createImports && {
			id: 'new-import',
			label: m.shell_new_import(),
			group,
			keys: 'n i',
			icon: FileUp,
			href: '/imports/new'
		}
	];
	return commands.filter((command) => command !== false);
}

function goCommands(sections: readonly Section[]): Command[] {
	const group = m.shell_palette_go();
	return [
		...sections.map(({ href, label, icon, key }) => ({
			id: `go ${href}`,
			label,
			group,
			icon,
			href,
			keys: `g ${key}`
		})),
		{ id: 'go profile', label: m.shell_profile(), group, icon: User, href: '/profile' }
	];
}

function appCommands({ search, help }: Acts): Command[] {
	const group = m.shell_palette_app();
	return [
		{ id: 'search', label: m.shell_keys_search(), group, keys: '/', icon: Search, run: search },
		{
			id: 'scheme',
			label: m.shell_scheme(),
			group,
			icon: Moon,
			run: () => submit('color-scheme')
		},
		{ id: 'keys', label: m.shell_keys_title(), group, keys: '?', icon: Keyboard, run: help },
		{
			id: 'sign-out',
			label: m.shell_sign_out(),
			group,
			icon: LogOut,
			run: () => submit('sign-out')
		}
	];
}

/** The same forms that stand in the rail and work without a script. */
function submit(formId: string): void {
	document.querySelector<HTMLFormElement>(`form#${formId}`)?.requestSubmit();
}
