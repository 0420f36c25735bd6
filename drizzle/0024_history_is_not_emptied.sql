-- The history of an installation goes as a whole only when another one is put in its place by a restore that says so.
CREATE FUNCTION refuse_history_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('tandem.restoring', true) = 'on' THEN
		RETURN NULL;
	END IF;
	RAISE EXCEPTION 'history is append-only';
END $$;
--> statement-breakpoint
CREATE TRIGGER changes_not_emptied BEFORE TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_emptying();
