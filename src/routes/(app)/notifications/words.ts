import AlarmClock from '@lucide/svelte/icons/alarm-clock';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Bell from '@lucide/svelte/icons/bell';
import type { Component } from 'svelte';
import { KINDS, type KindName } from '#lib/shared/kinds.ts';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';

/** How an entry of the inbox looks: its record's kind, or what came by itself. */
export function iconOf({ act, kind }: { readonly act: string; readonly kind: string }): Component {
	if (act === 'reminder.due') return AlarmClock;
	if (act === 'record.kept') return ArchiveRestore;
	return Object.hasOwn(KINDS, kind) ? KIND_LOOKS[kind as KindName].icon : Bell;
}

/** Address of an action of the inbox; without JavaScript it leads back to the page that it was pressed on. */
export const inboxAction = (act: string, back: string) =>
	`/notifications?/${act}&back=${encodeURIComponent(back)}`;
