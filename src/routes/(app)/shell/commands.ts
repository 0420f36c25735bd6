import Bookmark from '@lucide/svelte/icons/bookmark';
import ListChecks from '@lucide/svelte/icons/list-checks';
import AlarmClock from '@lucide/svelte/icons/alarm-clock';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Bell from '@lucide/svelte/icons/bell';
import FileUp from '@lucide/svelte/icons/file-up';
import Keyboard from '@lucide/svelte/icons/keyboard';
import LogOut from '@lucide/svelte/icons/log-out';
import Moon from '@lucide/svelte/icons/moon';
import Settings from '@lucide/svelte/icons/settings';
import Search from '@lucide/svelte/icons/search';
import User from '@lucide/svelte/icons/user';
import type { Command } from '#lib/ui/palette.svelte.ts';
import { viewAddress } from '#lib/features/views/model.ts';
import { m } from '#lib/messages/messages.js';
import { KIND_NAMES, KINDS } from '#lib/shared/kinds.ts';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';
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
	return [...createCommands(may), ...goCommands(may, sections), ...appCommands({ search, help })];
}

function createCommands(may: LayoutData['may']): Command[] {
	const group = m.shell_palette_create();
	const ofKinds = KIND_NAMES.filter((kind) => may.create[kind]).map((kind) => {
		const { begin, icon, key } = KIND_LOOKS[kind];
		const href = `${KINDS[kind].path}/new`;
		return { id: `new-${kind}`, label: begin(), group, keys: `n ${key}`, icon, href };
	});
	if (!may.createImports) return ofKinds;
	const ofImport = { id: 'new-import', label: m.shell_new_import(), keys: 'n i', icon: FileUp };
	return [...ofKinds, { ...ofImport, group, href: '/imports/new' }];
}

function goCommands(may: LayoutData['may'], sections: readonly Section[]): Command[] {
	const group = m.shell_palette_go();
	return [
		...sections.map(({ href, start, label, icon, key }) => ({
			id: `go ${href}`,
			label,
			group,
			icon,
			href: start ?? href,
			keys: `g ${key}`
		})),
		{
			...{ id: 'go notifications', label: m.notifications_title(), group, icon: Bell },
			...{ href: '/notifications', keys: 'g n' }
		},
		...sections.flatMap(({ icon, views = [] }) =>
			views.map((view) => ({
				...{ id: `go view ${view.id}`, label: view.name, group, icon },
				href: viewAddress(view)
			}))
		),
		{ id: 'go views', label: m.views_title(), group, icon: Bookmark, href: '/views' },
		{ id: 'go bulk', label: m.bulk_title(), group, icon: ListChecks, href: '/bulk' },
		{ id: 'go reminders', label: m.reminders_title(), group, icon: AlarmClock, href: '/reminders' },
		{ id: 'go kept', label: m.kept_title(), group, icon: ArchiveRestore, href: '/kept' },
		...(may.keepSettings
			? [{ id: 'go settings', label: m.shell_settings(), group, icon: Settings, href: '/settings' }]
			: []),
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
