CREATE TABLE "record_views" (
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"rev" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "record_views_user_id_kind_record_id_pk" PRIMARY KEY("user_id","kind","record_id")
);
--> statement-breakpoint
ALTER TABLE "user_profiles" ADD COLUMN "view_privately" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "record_views" ADD CONSTRAINT "record_views_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "record_views_kind_record_id_index" ON "record_views" USING btree ("kind","record_id");--> statement-breakpoint
CREATE INDEX "changes_kind_record_id_field_rev_index" ON "changes" USING btree ("kind","record_id","field","rev");--> statement-breakpoint
-- Whoever wants not to be seen any more is hidden from that moment on.
DROP TRIGGER user_profiles_announce ON user_profiles;--> statement-breakpoint
CREATE TRIGGER user_profiles_announce AFTER UPDATE OF active, view_privately ON user_profiles FOR EACH ROW EXECUTE FUNCTION announce_rights_change();
