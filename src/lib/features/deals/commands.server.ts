export { lockDealFor, type LockedDeal, tellBeside } from './commands/beside.server.ts';
export { changeClosing, closeDeal, reopenDeal } from './commands/close.server.ts';
export { passCoOwnership } from './commands/co-owners.server.ts';
export { createDeal } from './commands/create.server.ts';
export { assignDeal, changePipeline, linkDeal } from './commands/link.server.ts';
export { moveDeal } from './commands/move.server.ts';
export { noteQuality, removeQuality } from './commands/quality.server.ts';
export {
	addQualitySignal,
	changeQualitySignal,
	removeQualitySignal
} from './commands/quality-signals.server.ts';
export {
	lookAtDeal,
	restoreDeal,
	revertDeal,
	saveDeal,
	trashDeal
} from './commands/record.server.ts';
export { giveClosureBack, transferDeal } from './commands/transfer.server.ts';
