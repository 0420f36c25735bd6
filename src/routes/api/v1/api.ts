import { createApi } from '#lib/server/api/serve.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { deals } from './deals.ts';
import { leads } from './leads.ts';
import { lineItems, shipments } from './line-items.ts';
import { payments } from './payments.ts';
import { requests } from './requests.ts';
import { products } from './products.ts';
import { projects, tasks } from './work.ts';

/** The REST API with every kind of record that it offers, and what stands beside deals. */
export const api = createApi([
	...[deals, leads, companies, contacts, requests],
	...[tasks, projects, products],
	...[lineItems, shipments, payments]
]);
