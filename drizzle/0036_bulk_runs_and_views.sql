CREATE TABLE "bulk_items" (
	"run_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"reasons" jsonb,
	CONSTRAINT "bulk_items_run_id_kind_record_id_pk" PRIMARY KEY("run_id","kind","record_id")
);
--> statement-breakpoint
CREATE TABLE "bulk_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"actor_id" uuid NOT NULL,
	"act" text NOT NULL,
	"kind" text,
	"wish" jsonb,
	"query" text DEFAULT '' NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"undoes" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	CONSTRAINT "bulk_runs_wish" CHECK ("bulk_runs"."state" = 'draft' or "bulk_runs"."wish" is not null)
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"shared" text DEFAULT 'nobody' NOT NULL,
	"department_id" uuid,
	"pinned" boolean DEFAULT false NOT NULL,
	"position" text COLLATE "C" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_views_department" CHECK (("saved_views"."shared" = 'department') = ("saved_views"."department_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "view_defaults" (
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"view_id" uuid NOT NULL,
	CONSTRAINT "view_defaults_user_id_kind_pk" PRIMARY KEY("user_id","kind")
);
--> statement-breakpoint
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_run_id_bulk_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."bulk_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_actor_id_users_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "view_defaults" ADD CONSTRAINT "view_defaults_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "view_defaults" ADD CONSTRAINT "view_defaults_view_id_saved_views_id_fk" FOREIGN KEY ("view_id") REFERENCES "public"."saved_views"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_items_run_id_state_position_index" ON "bulk_items" USING btree ("run_id","state","position");--> statement-breakpoint
CREATE INDEX "bulk_runs_actor_id_created_at_index" ON "bulk_runs" USING btree ("actor_id","created_at");--> statement-breakpoint
CREATE INDEX "bulk_runs_undone" ON "bulk_runs" USING btree ("undoes") WHERE "bulk_runs"."undoes" is not null;--> statement-breakpoint
CREATE INDEX "saved_views_owner_id_kind_index" ON "saved_views" USING btree ("owner_id","kind");--> statement-breakpoint
CREATE INDEX "saved_views_shared" ON "saved_views" USING btree ("department_id") WHERE "saved_views"."shared" <> 'nobody';