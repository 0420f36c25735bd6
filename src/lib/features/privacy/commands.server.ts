export { askErasure, askExport } from './commands/ask.server.ts';
export { collectPerson, forgetOldExports } from './commands/collect.server.ts';
export { eraseWaiting } from './commands/erase.server.ts';
