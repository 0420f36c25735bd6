CREATE TABLE "list_version" (
	"version" uuid PRIMARY KEY NOT NULL
);


--> statement-breakpoint
INSERT INTO list_version (version) VALUES (gen_random_uuid());
--> statement-breakpoint
-- Deferred to the commit: the one row is locked only for a moment, and after every other lock of the transaction.
CREATE FUNCTION renew_list_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE list_version SET version = gen_random_uuid();
	RETURN NULL;
END $$;
--> statement-breakpoint
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['client_types', 'closing_reasons', 'countries', 'currencies', 'department_members',
		'departments', 'industries', 'lead_sources', 'pictures', 'pipelines', 'product_categories', 'role_permissions',
		'roles', 'stages', 'tags', 'user_profiles', 'user_roles', 'users']
	LOOP
		EXECUTE format('CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_list_version()', name || '_renew_lists', name);
	END LOOP;
END $$;
