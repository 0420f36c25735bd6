export { createContact } from './commands/create.server.ts';
export {
	assignCompany,
	assignContact,
	lockContact,
	moveContact
} from './commands/belong.server.ts';
export {
	lookAtContact,
	restoreContact,
	revertContact,
	saveCell,
	saveContact,
	trashContact
} from './commands/record.server.ts';
