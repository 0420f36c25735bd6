-- A session that ends, whoever ended it, closes its sockets: every hub listens on this channel.
CREATE FUNCTION announce_session_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('live', json_build_object('type', 'session', 'session', OLD.id, 'user', OLD.user_id)::text);
	RETURN OLD;
END $$;
--> statement-breakpoint
CREATE TRIGGER sessions_announce_end AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION announce_session_end();
--> statement-breakpoint
-- Roles, memberships and profiles decide what an open socket may see.
CREATE FUNCTION announce_rights_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('live', json_build_object('type', 'rights', 'user', CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END)::text);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER user_roles_announce AFTER INSERT OR UPDATE OR DELETE ON user_roles FOR EACH ROW EXECUTE FUNCTION announce_rights_change();
--> statement-breakpoint
CREATE TRIGGER department_members_announce AFTER INSERT OR UPDATE OR DELETE ON department_members FOR EACH ROW EXECUTE FUNCTION announce_rights_change();
--> statement-breakpoint
CREATE TRIGGER user_profiles_announce AFTER UPDATE OF active ON user_profiles FOR EACH ROW EXECUTE FUNCTION announce_rights_change();
--> statement-breakpoint
-- Rights of a role concern everybody who has it.
CREATE FUNCTION announce_role_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('live', json_build_object('type', 'rights', 'user', null)::text);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER role_permissions_announce AFTER INSERT OR UPDATE OR DELETE ON role_permissions FOR EACH STATEMENT EXECUTE FUNCTION announce_role_change();
--> statement-breakpoint
-- History is append-only; only an erasure that says so may take rows away.
CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND current_setting('tandem.erasing', true) = 'on' THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION 'history is append-only';
END $$;
--> statement-breakpoint
CREATE TRIGGER changes_append_only BEFORE UPDATE OR DELETE ON changes FOR EACH ROW EXECUTE FUNCTION refuse_history_change();
