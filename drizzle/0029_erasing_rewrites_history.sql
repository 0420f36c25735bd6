-- History is append-only; only an erasure that says so may take rows away or empty what they say of a person.
CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('tandem.erasing', true) = 'on' THEN
		IF TG_OP = 'DELETE' THEN
			RETURN OLD;
		END IF;
		-- Who did what to which record and when stays as it was.
		IF (OLD.id, OLD.kind, OLD.record_id, OLD.rev, OLD.at, OLD.actor_id, OLD.act, OLD.field)
			IS NOT DISTINCT FROM (NEW.id, NEW.kind, NEW.record_id, NEW.rev, NEW.at, NEW.actor_id, NEW.act, NEW.field) THEN
			RETURN NEW;
		END IF;
	END IF;
	RAISE EXCEPTION 'history is append-only';
END $$;
