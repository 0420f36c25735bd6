export { createContact } from './commands/create.server.ts';
export { assignCompany, assignContact, moveContact } from './commands/belong.server.ts';
export { restoreContact, saveCell, saveContact, trashContact } from './commands/record.server.ts';
