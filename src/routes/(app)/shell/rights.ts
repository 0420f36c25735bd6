import { mayDoMany } from '#lib/features/bulk/policy.ts';
import { mayExport } from '#lib/features/exports/policy.ts';
import { mayExportPersons } from '#lib/features/privacy/policy.ts';
import { mayReadSome } from '#lib/features/users/policy.ts';
import { type Actor, type Entity, scopeOf } from '#lib/shared/actor.ts';
import { byKind } from '#lib/shared/kinds.ts';
import { keptPlaces } from '../settings/places.ts';

/** What the shell offers this person; everything behind it judges by itself once more. */
export const rightsOf = (actor: Actor) => ({
	read: byKind((kind) => mayReadSome(actor, kind)),
	create: byKind((kind) => mayCreate(actor, kind)),
	export: byKind((kind) => mayExport(actor, kind)),
	exportPayments: mayExport(actor, 'payment'),
	exportShipments: mayExport(actor, 'shipment'),
	/** What one may do with many records of a kind at once. */
	many: byKind((kind) => mayDoMany(actor, kind)),
	readPayments: mayReadSome(actor, 'payment'),
	readShipments: mayReadSome(actor, 'shipment'),
	readImports: mayReadSome(actor, 'import'),
	createImports: mayCreate(actor, 'import'),
	exportPersons: mayExportPersons(actor),
	keepSettings: keptPlaces(actor).length > 0
});

const mayCreate = (actor: Actor, entity: Entity) => scopeOf(actor, entity, 'create') !== null;
