-- English stems for people who search in words, plain tokens for every other language. A tsvector holds at most 1 MB, hence left().
ALTER TABLE solving.problems ADD COLUMN search TSVECTOR NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('english'::regconfig, COALESCE(title, '')), 'A')
    || setweight(to_tsvector('english'::regconfig, left(raw_text, 100000)), 'B')
    || to_tsvector('simple'::regconfig, left(raw_text, 100000))
) STORED;
CREATE INDEX idx_problems_search ON solving.problems USING gin (search);
CREATE INDEX idx_problems_metadata ON solving.problems USING gin (metadata);
