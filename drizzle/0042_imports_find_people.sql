CREATE INDEX "contact_emails_by_address" ON "contact_emails" USING btree ("address");--> statement-breakpoint
CREATE INDEX "lead_emails_by_address" ON "lead_emails" USING btree ("address");