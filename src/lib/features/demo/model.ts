// What the demo company is made of, a file for each kind of thing.
export * from './model/people.ts';
export * from './model/cities.ts';
export * from './model/companies.ts';
export * from './model/contacts.ts';
export * from './model/leads.ts';
export * from './model/requests.ts';
export * from './model/deals.ts';
export * from './model/work.ts';
