CREATE TABLE "currencies" (
	"code" char(3) PRIMARY KEY NOT NULL,
	"auto_update" boolean DEFAULT true NOT NULL,
	"is_state" boolean DEFAULT false NOT NULL,
	"is_marketing" boolean DEFAULT false NOT NULL,
	CONSTRAINT "currencies_code" CHECK ("currencies"."code" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "rates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"currency" char(3) NOT NULL,
	"on" date NOT NULL,
	"worth" numeric(24, 10) NOT NULL,
	"quality" text NOT NULL,
	"set_by" uuid,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rates_positive" CHECK ("rates"."worth" > 0)
);
--> statement-breakpoint
ALTER TABLE "rates" ADD CONSTRAINT "rates_currency_currencies_code_fk" FOREIGN KEY ("currency") REFERENCES "public"."currencies"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rates" ADD CONSTRAINT "rates_set_by_users_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "currencies_one_state" ON "currencies" USING btree ("is_state") WHERE "currencies"."is_state";--> statement-breakpoint
CREATE UNIQUE INDEX "currencies_one_marketing" ON "currencies" USING btree ("is_marketing") WHERE "currencies"."is_marketing";--> statement-breakpoint
CREATE UNIQUE INDEX "rates_one_a_day" ON "rates" USING btree ("currency","on");