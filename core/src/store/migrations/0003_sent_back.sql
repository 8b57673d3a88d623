-- Whether a supervisor sent a record back and nobody approved it since; see schema.rs for rows that are there already.
ALTER TABLE summary ADD COLUMN sent_back INTEGER NOT NULL DEFAULT 0;
DROP INDEX summary_site;
CREATE INDEX summary_site ON summary (site, round, done, disputed, unsent, sent_back);
