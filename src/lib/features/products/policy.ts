import { allows, mayCreateIn } from '#lib/features/users/policy.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';

/** Products belong to a department and to nobody in it. */
interface ProductRights {
	readonly departmentId: string;
}

const belonging = ({ departmentId }: ProductRights) => ({ departmentId, ownerId: null });

/** The same rule as `visibleTo` of the record kind in SQL. */
export const canReadProduct = (actor: Actor, product: ProductRights) =>
	allows(actor, 'product', 'read', belonging(product));

export const canEditProduct = (actor: Actor, product: ProductRights) =>
	allows(actor, 'product', 'update', belonging(product));

export const canDeleteProduct = (actor: Actor, product: ProductRights) =>
	allows(actor, 'product', 'delete', belonging(product));

export const canCreateProduct = (actor: Actor, departmentId: string | null) =>
	departmentId !== null && mayCreateIn(actor, 'product', departmentId);

/** Whether the actor may make some product at all; in which department, `canCreateProduct` says. */
export const mayCreateProducts = (actor: Actor) => scopeOf(actor, 'product', 'create') !== null;

/** Whether the trash concerns the actor: he may delete, and so restore, some product. */
export const mayDeleteProducts = (actor: Actor) => scopeOf(actor, 'product', 'delete') !== null;
