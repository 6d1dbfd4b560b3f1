// The evidence graph around the tree. Ids are global in the same way; a data set is found by the hash of its bytes.
CREATE CONSTRAINT finding_id_unique IF NOT EXISTS FOR (n:Finding) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT recommendation_id_unique IF NOT EXISTS FOR (n:Recommendation) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT slide_id_unique IF NOT EXISTS FOR (n:Slide) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT dataset_id_unique IF NOT EXISTS FOR (n:Dataset) REQUIRE n.id IS UNIQUE;

CREATE INDEX finding_problem IF NOT EXISTS FOR (n:Finding) ON (n.problem_id);
CREATE INDEX recommendation_problem IF NOT EXISTS FOR (n:Recommendation) ON (n.problem_id);
CREATE INDEX slide_problem IF NOT EXISTS FOR (n:Slide) ON (n.problem_id);
CREATE INDEX dataset_problem IF NOT EXISTS FOR (n:Dataset) ON (n.problem_id);
CREATE INDEX dataset_sha256 IF NOT EXISTS FOR (n:Dataset) ON (n.sha256);
