export { lockDealFor, type LockedDeal, tellBeside } from './commands/beside.server.ts';
export { closeDeal, reopenDeal } from './commands/close.server.ts';
export { createDeal } from './commands/create.server.ts';
export { assignDeal, changePipeline, linkDeal } from './commands/link.server.ts';
export { moveDeal } from './commands/move.server.ts';
export {
	lookAtDeal,
	restoreDeal,
	revertDeal,
	saveDeal,
	trashDeal
} from './commands/record.server.ts';
export { giveClosureBack, transferDeal } from './commands/transfer.server.ts';
