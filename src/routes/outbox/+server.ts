import {
	createCompany,
	restoreCompany,
	saveCompany,
	trashCompany
} from '#lib/features/companies/commands.server.ts';
import { companyKind } from '#lib/features/companies/record.ts';
import { CreateCompany, OneCompany } from '#lib/features/companies/schema.ts';
import {
	restoreContact,
	saveContact,
	trashContact
} from '#lib/features/contacts/commands.server.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { CreateContact, OneContact } from '#lib/features/contacts/schema.ts';
import {
	createDeal,
	moveDeal,
	restoreDeal,
	saveDeal,
	trashDeal
} from '#lib/features/deals/commands.server.ts';
import { CreateDealForm, MoveDeal, OneDeal } from '#lib/features/deals/schema.ts';
import {
	createLead,
	restoreLead,
	saveLead,
	trashLead
} from '#lib/features/leads/commands.server.ts';
import { leadKind } from '#lib/features/leads/record.ts';
import { CreateLead, OneLead } from '#lib/features/leads/schema.ts';
import { addContactLater } from '#lib/features/matching/commands.server.ts';
import { handInDrafts } from '#lib/features/kept/commands.server.ts';
import { HandInDrafts } from '#lib/features/kept/schema.ts';
import {
	createProduct,
	restoreProduct,
	saveProduct,
	trashProduct
} from '#lib/features/products/commands.server.ts';
import { productKind } from '#lib/features/products/record.ts';
import { CreateProduct, OneProduct } from '#lib/features/products/schema.ts';
import {
	createProject,
	restoreProject,
	saveProject,
	trashProject
} from '#lib/features/projects/commands.server.ts';
import { projectKind } from '#lib/features/projects/record.ts';
import { CreateWork, OneWork } from '#lib/features/projects/schema.ts';
import {
	createRequest,
	restoreRequest,
	saveRequest,
	trashRequest
} from '#lib/features/requests/commands.server.ts';
import { requestKind } from '#lib/features/requests/record.ts';
import { CreateRequest, OneRequest } from '#lib/features/requests/schema.ts';
import {
	createTask,
	restoreTask,
	saveTask,
	trashTask
} from '#lib/features/tasks/commands.server.ts';
import { taskKind } from '#lib/features/tasks/record.ts';
import {
	answerOutbox,
	outboxAction,
	outboxCreate,
	outboxEdit,
	type OutboxAction
} from '#lib/server/web/outbox.ts';
import type { RequestHandler } from './$types';

/** What a device may have done while it had no line; each is the command of a form action. */
const ACTIONS: Readonly<Record<string, OutboxAction>> = {
	'deal.create': outboxAction(CreateDealForm, createDeal),
	'deal.move': outboxAction(MoveDeal, moveDeal),
	'deal.trash': outboxAction(OneDeal, trashDeal),
	'deal.restore': outboxAction(OneDeal, restoreDeal),
	'company.create': outboxCreate(companyKind, CreateCompany, createCompany),
	'company.trash': outboxAction(OneCompany, trashCompany),
	'company.restore': outboxAction(OneCompany, restoreCompany),
	'contact.create': outboxCreate(contactKind, CreateContact, addContactLater),
	'contact.trash': outboxAction(OneContact, trashContact),
	'contact.restore': outboxAction(OneContact, restoreContact),
	'lead.create': outboxCreate(leadKind, CreateLead, createLead),
	'lead.trash': outboxAction(OneLead, trashLead),
	'lead.restore': outboxAction(OneLead, restoreLead),
	'task.create': outboxCreate(taskKind, CreateWork, createTask),
	'task.trash': outboxAction(OneWork, trashTask),
	'task.restore': outboxAction(OneWork, restoreTask),
	'project.create': outboxCreate(projectKind, CreateWork, createProject),
	'project.trash': outboxAction(OneWork, trashProject),
	'project.restore': outboxAction(OneWork, restoreProject),
	'request.create': outboxCreate(requestKind, CreateRequest, createRequest),
	'request.trash': outboxAction(OneRequest, trashRequest),
	'request.restore': outboxAction(OneRequest, restoreRequest),
	'product.create': outboxCreate(productKind, CreateProduct, createProduct),
	'product.trash': outboxAction(OneProduct, trashProduct),
	'product.restore': outboxAction(OneProduct, restoreProduct),
	'kept.handIn': outboxAction(HandInDrafts, handInDrafts),
	'record.edit': outboxEdit({
		deal: saveDeal,
		company: saveCompany,
		contact: saveContact,
		lead: saveLead,
		task: saveTask,
		project: saveProject,
		request: saveRequest,
		product: saveProduct
	})
};

export const POST: RequestHandler = (event) => answerOutbox(event, ACTIONS);
