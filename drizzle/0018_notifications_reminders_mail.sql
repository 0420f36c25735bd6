CREATE TABLE "muted_records" (
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "muted_records_user_id_kind_record_id_pk" PRIMARY KEY("user_id","kind","record_id")
);
--> statement-breakpoint
CREATE TABLE "notification_preferences" (
	"user_id" uuid NOT NULL,
	"act" text NOT NULL,
	"in_app" boolean NOT NULL,
	"mail" boolean NOT NULL,
	CONSTRAINT "notification_preferences_user_id_act_pk" PRIMARY KEY("user_id","act")
);
--> statement-breakpoint
CREATE TABLE "notification_settings" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"mail_pace" text DEFAULT 'at_once' NOT NULL,
	"day_starts_at" text DEFAULT '08:30' NOT NULL,
	"digested_on" text,
	CONSTRAINT "notification_settings_time" CHECK ("notification_settings"."day_starts_at" ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$')
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"cause_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"act" text NOT NULL,
	"reason" text NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"actor_id" uuid,
	"params" jsonb NOT NULL,
	"batch_id" uuid,
	"in_app" boolean NOT NULL,
	"mail" text DEFAULT 'none' NOT NULL,
	"read_at" timestamp with time zone,
	"snoozed_until" timestamp with time zone,
	CONSTRAINT "notifications_once" UNIQUE("user_id","cause_id")
);
--> statement-breakpoint
CREATE TABLE "reminders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"follows_step" boolean DEFAULT false NOT NULL,
	"subject" text,
	"description" text,
	"due_at" timestamp with time zone,
	"send_mail" boolean NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"fired_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reminders_time_and_text" CHECK ("reminders"."follows_step" or ("reminders"."due_at" is not null and "reminders"."subject" is not null)),
	CONSTRAINT "reminders_step_is_active" CHECK (not ("reminders"."follows_step" and "reminders"."state" <> 'active'))
);
--> statement-breakpoint
CREATE TABLE "mail_settings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"only" boolean DEFAULT true NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"security" text NOT NULL,
	"username" text,
	"password" text,
	"sender_name" text NOT NULL,
	"sender_address" text NOT NULL,
	"address" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"updated_by" uuid,
	CONSTRAINT "mail_settings_only_unique" UNIQUE("only"),
	CONSTRAINT "mail_settings_only" CHECK ("mail_settings"."only"),
	CONSTRAINT "mail_settings_port" CHECK ("mail_settings"."port" between 1 and 65535)
);
--> statement-breakpoint
CREATE TABLE "outgoing_mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"recipient" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"html" text NOT NULL,
	"message_id" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"captured" boolean DEFAULT false NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"answer" text,
	CONSTRAINT "outgoing_mails_messageId_unique" UNIQUE("message_id")
);
--> statement-breakpoint
ALTER TABLE "muted_records" ADD CONSTRAINT "muted_records_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_settings" ADD CONSTRAINT "notification_settings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reminders" ADD CONSTRAINT "reminders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_settings" ADD CONSTRAINT "mail_settings_updated_by_users_id_fk" FOREIGN KEY ("updated_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outgoing_mails" ADD CONSTRAINT "outgoing_mails_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "muted_records_of_record" ON "muted_records" USING btree ("kind","record_id");--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_once_a_batch" ON "notifications" USING btree ("user_id","batch_id","act") WHERE "notifications"."batch_id" is not null;--> statement-breakpoint
CREATE INDEX "notifications_inbox" ON "notifications" USING btree ("user_id","id") WHERE "notifications"."in_app";--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("user_id") WHERE "notifications"."in_app" and "notifications"."read_at" is null;--> statement-breakpoint
CREATE INDEX "notifications_for_digest" ON "notifications" USING btree ("user_id") WHERE "notifications"."mail" = 'waiting';--> statement-breakpoint
CREATE INDEX "notifications_of_record" ON "notifications" USING btree ("kind","record_id");--> statement-breakpoint
CREATE UNIQUE INDEX "reminders_one_step" ON "reminders" USING btree ("user_id","kind","record_id") WHERE "reminders"."follows_step";--> statement-breakpoint
CREATE INDEX "reminders_due" ON "reminders" USING btree ("due_at") WHERE "reminders"."state" = 'active' and not "reminders"."follows_step";--> statement-breakpoint
CREATE INDEX "reminders_following" ON "reminders" USING btree ("kind","record_id") WHERE "reminders"."follows_step";--> statement-breakpoint
CREATE INDEX "reminders_of_user" ON "reminders" USING btree ("user_id","kind","record_id");--> statement-breakpoint
CREATE INDEX "outgoing_mails_by_state" ON "outgoing_mails" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "outgoing_mails_of_user" ON "outgoing_mails" USING btree ("user_id");