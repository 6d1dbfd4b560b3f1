// The issue tree. Ids in the graph are global: the problem's id, a colon, the node's id within its tree.
CREATE CONSTRAINT node_id_unique IF NOT EXISTS FOR (n:TreeNode) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT problem_id_unique IF NOT EXISTS FOR (p:Problem) REQUIRE p.id IS UNIQUE;

CREATE INDEX node_problem IF NOT EXISTS FOR (n:TreeNode) ON (n.problem_id);
CREATE INDEX problem_organization IF NOT EXISTS FOR (p:Problem) ON (p.organization_id);
