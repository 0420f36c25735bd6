CREATE TABLE "quality_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"deal_id" uuid NOT NULL,
	"signal_id" uuid NOT NULL,
	"weight" smallint NOT NULL,
	"details" text,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" uuid,
	CONSTRAINT "quality_events_weight" CHECK ("quality_events"."weight" between -100 and 100)
);
--> statement-breakpoint
CREATE TABLE "quality_signals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"department_id" uuid NOT NULL,
	"name" text COLLATE "und-x-icu" NOT NULL,
	"weight" smallint NOT NULL,
	"notes" text,
	CONSTRAINT "quality_signals_weight" CHECK ("quality_signals"."weight" between -100 and 100)
);
--> statement-breakpoint
ALTER TABLE "stages" ADD COLUMN "is_second_default" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "stages" ADD COLUMN "is_conditional_success" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "stages" ADD COLUMN "stale_after_days" smallint;--> statement-breakpoint
ALTER TABLE "stages" ADD COLUMN "probability" smallint;--> statement-breakpoint
ALTER TABLE "deals" ADD COLUMN "partner_id" uuid;--> statement-breakpoint
ALTER TABLE "deals" ADD COLUMN "is_open" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "deals" ADD COLUMN "is_new" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "deals" ADD COLUMN "stage_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "deals" ADD COLUMN "won_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deals" ADD COLUMN "onward_stage_id" uuid;--> statement-breakpoint
ALTER TABLE "quality_events" ADD CONSTRAINT "quality_events_deal_id_deals_id_fk" FOREIGN KEY ("deal_id") REFERENCES "public"."deals"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_events" ADD CONSTRAINT "quality_events_signal_id_quality_signals_id_fk" FOREIGN KEY ("signal_id") REFERENCES "public"."quality_signals"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_events" ADD CONSTRAINT "quality_events_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_signals" ADD CONSTRAINT "quality_signals_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "quality_events_by_deal" ON "quality_events" USING btree ("deal_id","created_at");--> statement-breakpoint
CREATE INDEX "quality_events_by_signal" ON "quality_events" USING btree ("signal_id");--> statement-breakpoint
CREATE UNIQUE INDEX "quality_signals_department_name" ON "quality_signals" USING btree ("department_id",lower("name"));--> statement-breakpoint
ALTER TABLE "deals" ADD CONSTRAINT "deals_partner_id_contacts_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."contacts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deals" ADD CONSTRAINT "deals_onward_stage_id_stages_id_fk" FOREIGN KEY ("onward_stage_id") REFERENCES "public"."stages"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "stages_one_second_default" ON "stages" USING btree ("pipeline_id") WHERE "stages"."is_second_default";--> statement-breakpoint
CREATE UNIQUE INDEX "stages_one_conditional_success" ON "stages" USING btree ("pipeline_id") WHERE "stages"."is_conditional_success";--> statement-breakpoint
CREATE UNIQUE INDEX "stages_one_of_each_end" ON "stages" USING btree ("pipeline_id","outcome") WHERE "stages"."outcome" <> 'open';--> statement-breakpoint
CREATE INDEX "deals_open_by_next_step" ON "deals" USING btree ("next_step_on","id") WHERE "deals"."deleted_at" is null and "deals"."is_open";--> statement-breakpoint
CREATE INDEX "deals_open_by_stage_position" ON "deals" USING btree ("stage_id","position","id") WHERE "deals"."deleted_at" is null and "deals"."is_open";--> statement-breakpoint
CREATE INDEX "deals_by_partner" ON "deals" USING btree ("partner_id");--> statement-breakpoint
ALTER TABLE "stages" ADD CONSTRAINT "stages_flags" CHECK (("stages"."outcome" = 'open' or not ("stages"."is_default" or "stages"."is_second_default" or "stages"."is_conditional_success")) and not ("stages"."is_default" and "stages"."is_second_default"));--> statement-breakpoint
ALTER TABLE "stages" ADD CONSTRAINT "stages_stale_after_days" CHECK ("stages"."stale_after_days" between 1 and 1000);--> statement-breakpoint
ALTER TABLE "stages" ADD CONSTRAINT "stages_probability" CHECK ("stages"."probability" between 0 and 100);--> statement-breakpoint
UPDATE deals SET is_open = false WHERE EXISTS (SELECT FROM deal_closures c WHERE c.deal_id = deals.id);
--> statement-breakpoint
UPDATE deals SET is_new = false, stage_since = coalesce((SELECT max(c.at) FROM changes c WHERE c.kind = 'deal' AND c.record_id = deals.id AND c.field = 'stage'), created_at);
