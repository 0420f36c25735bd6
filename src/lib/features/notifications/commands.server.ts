export { sendDailyMails } from './commands/daily.server.ts';
export { tellMentionedPeople } from './commands/mentioned.server.ts';
export { tellPeople, type Registered } from './commands/fan-out.server.ts';
export {
	markRead,
	markUnread,
	muteRecord,
	readAll,
	readReminder,
	snoozeNotification,
	unmuteRecord,
	wakeNotification
} from './commands/inbox.server.ts';
export { notify } from './commands/notify.server.ts';
export { savePreferences } from './commands/preferences.server.ts';
