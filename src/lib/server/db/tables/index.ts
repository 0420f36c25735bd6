export * from './users.ts';
export * from './settings.ts';
export * from './records.ts';
export * from './companies.ts';
export * from './contacts.ts';
export * from './deals.ts';
export * from './imports.ts';
export * from './currencies.ts';
