ALTER TABLE "requests" ADD COLUMN "lead_id" uuid;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_lead_id_leads_id_fk" FOREIGN KEY ("lead_id") REFERENCES "public"."leads"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "lead_phones_by_tail" ON "lead_phones" USING btree (right(regexp_replace("raw", '[^0-9]', '', 'g'), 8));--> statement-breakpoint
CREATE INDEX "requests_by_lead" ON "requests" USING btree ("lead_id");--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_lead_or_contact" CHECK ("requests"."lead_id" is null or ("requests"."contact_id" is null and "requests"."company_id" is null));