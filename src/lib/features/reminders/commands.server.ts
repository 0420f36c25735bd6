export {
	changeReminder,
	createReminder,
	finishReminder,
	removeReminder,
	snoozeReminder
} from './commands/own.server.ts';
export { fireDue, fireReminder } from './commands/fire.server.ts';
export { followStep, unfollowStep } from './commands/step.server.ts';
