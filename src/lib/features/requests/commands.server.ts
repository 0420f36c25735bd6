export { assignRequest } from './commands/assign.server.ts';
export { copyRequest } from './commands/copy.server.ts';
export { createCounterparty } from './commands/counterparty.server.ts';
export { createRequest, type NewRequest } from './commands/create.server.ts';
export { createDealFromRequest } from './commands/deal.server.ts';
export { handOverRequest, passCoOwnership } from './commands/heir.server.ts';
export { linkCounterparty } from './commands/link.server.ts';
export {
	lookAtRequest,
	restoreRequest,
	revertRequest,
	saveRequest,
	trashRequest
} from './commands/record.server.ts';
export {
	activateCase,
	closeCase,
	markCase,
	markDuplicate,
	unmarkCase,
	unmarkDuplicate,
	verifyLinks
} from './commands/status.server.ts';
