export { addLead, createLead } from './commands/create.server.ts';
export { assignLead } from './commands/assign.server.ts';
export { lockLead } from './commands/lock.server.ts';
export { convertLead } from './commands/convert.server.ts';
export { undoConversion } from './commands/undo.server.ts';
export {
	lookAtLead,
	restoreLead,
	revertLead,
	saveCell,
	saveLead,
	trashLead
} from './commands/record.server.ts';
