import {
	createProduct,
	restoreProduct,
	trashProduct
} from '#lib/features/products/commands.server.ts';
import { productListing } from '#lib/features/products/queries.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import { m } from '#lib/messages/messages.js';
import type { Resource } from '#lib/server/api/resource.ts';
import { phrase } from '../../(app)/counterparty/phrase.ts';
import { idIn } from './inputs.ts';

export const products: Resource = {
	serverKind: productRecords,
	title: m.products_title,
	listing: productListing,
	filledIn: ['department', 'type'],
	refusedFields: { department_required: 'department' },
	create: (ctx, { id, values: { department, ...values } }) =>
		createProduct(ctx, { id, departmentId: idIn(department), values }),
	trash: (ctx, id) => trashProduct(ctx, { id }),
	restore: (ctx, id) => restoreProduct(ctx, { id }),
	commands: {},
	phrase
};
